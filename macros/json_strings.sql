{% macro json_strings(column) -%}
    from_json({{ column }}, '["varchar"]')
{%- endmacro %}
