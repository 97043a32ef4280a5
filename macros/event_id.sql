{% macro event_id(event_type, source, source_key, role) -%}
    md5({{ event_type }} || '|' || {{ source }} || '|' || {{ source_key }} || '|' || {{ role }})
{%- endmacro %}
