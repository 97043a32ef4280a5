{% macro cents_to_money(column) -%}
    cast({{ column }} as decimal(18, 0)) * 0.01
{%- endmacro %}
