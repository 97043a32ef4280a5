{% macro business_date(utc) -%}
    cast(({{ utc }} at time zone 'UTC') at time zone '{{ var("business_zone") }}' as date)
{%- endmacro %}
