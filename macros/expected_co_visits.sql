{% macro expected_co_visits(left, right) -%}
    0.4375
    * array_inner_product({{ left }}.arrivals_by_weekday, {{ right }}.arrivals_by_weekday)
    * array_inner_product({{ left }}.arrivals_by_part_of_day, {{ right }}.arrivals_by_part_of_day)
    / ({{ left }}.arrival_count * {{ right }}.arrival_count)
    * greatest(1, (
        date_diff(
            'day',
            greatest({{ left }}.first_date, {{ right }}.first_date),
            least({{ left }}.last_date, {{ right }}.last_date)
        ) + 7
    ) / 7.0)
    / ({{ left }}.week_count * {{ right }}.week_count)
{%- endmacro %}
