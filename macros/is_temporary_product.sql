{% macro is_temporary_product(name) -%}
    coalesce(regexp_matches(
        lower({{ name }}), '2[- ]week|two week|2wk|companion pass'
    ), false)
{%- endmacro %}
