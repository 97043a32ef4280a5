{% macro json_list(column) -%}
    from_json({{ column }}, '["json"]')
{%- endmacro %}
