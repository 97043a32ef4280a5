{% macro dot_product(left, right) -%}
    array_inner_product({{ left }}, {{ right }})
{%- endmacro %}
