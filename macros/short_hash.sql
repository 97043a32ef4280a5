{% macro short_hash(text) -%}
    left(md5({{ text }}), 16)
{%- endmacro %}
