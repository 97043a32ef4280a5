{% macro full_years(birth_date, day) -%}
    date_sub('year', {{ birth_date }}, {{ day }})
{%- endmacro %}
