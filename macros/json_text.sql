{% macro json_text(column, path) -%}
    nullif(json_extract_string({{ column }}, '{{ path }}'), '')
{%- endmacro %}
