{% macro is_two_week_pass(name) -%}
    coalesce(regexp_matches(lower({{ name }}), '2[- ]week|two week'), false)
{%- endmacro %}
