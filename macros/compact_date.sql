{% macro compact_date(column) -%}
    cast(try_strptime(nullif({{ column }}, ''), '%Y%m%d') as date)
{%- endmacro %}
