{% macro weekday_tally(day) -%}
    sum(cast(1 as hugeint) << (16 * (isodow({{ day }}) - 1)))
{%- endmacro %}
