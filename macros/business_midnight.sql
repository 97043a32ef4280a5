{% macro business_midnight(day) -%}
    (cast({{ day }} as timestamp) at time zone '{{ var("business_zone") }}') at time zone 'UTC'
{%- endmacro %}
