{% macro business_time(utc) -%}
    ({{ utc }} at time zone 'UTC') at time zone '{{ var("business_zone") }}'
{%- endmacro %}
