{% macro rfc2822_to_utc(column) -%}
    try_strptime({{ column }}, '%a, %d %b %Y %H:%M:%S %z') at time zone 'UTC'
{%- endmacro %}
