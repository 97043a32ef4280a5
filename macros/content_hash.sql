{% macro content_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
