{% macro business_date(utc) -%}
    cast(make_timestamptz(epoch_us({{ utc }})) at time zone '{{ var("business_zone") }}' as date)
{%- endmacro %}
