{% macro base_flag_type(flag_type) -%}
    regexp_replace({{ flag_type }}, '^child_', '')
{%- endmacro %}
