{% macro iso_to_utc(column) -%}
    make_timestamp(epoch_us(try_cast({{ column }} as timestamptz)))
{%- endmacro %}
