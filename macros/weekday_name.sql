{% macro weekday_name(day) -%}
    dayname({{ day }})
{%- endmacro %}
