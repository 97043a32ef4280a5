{% macro json_merged(left, right) -%}
    json_merge_patch({{ left }}, {{ right }})
{%- endmacro %}
