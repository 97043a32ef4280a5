{% macro row_part(number) -%}
    {{ number }} & -1024
{%- endmacro %}
