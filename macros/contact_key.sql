{% macro contact_key(type, value) -%}
    md5({{ type }} || ':' || {{ value }})
{%- endmacro %}
