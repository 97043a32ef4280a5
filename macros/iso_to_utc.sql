{% macro iso_to_utc(column) -%}
    try_cast({{ column }} as timestamptz) at time zone 'UTC'
{%- endmacro %}
