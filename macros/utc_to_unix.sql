{% macro utc_to_unix(utc) -%}
    cast(epoch({{ utc }}) as bigint)
{%- endmacro %}
