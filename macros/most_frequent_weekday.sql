{% macro most_frequent_weekday(tally) -%}
    (['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[
        list_position(
            list_transform(range(7), lambda place: ({{ tally }} >> (16 * place)) & 65535),
            list_max(list_transform(range(7), lambda place: ({{ tally }} >> (16 * place)) & 65535))
        )
    ]
{%- endmacro %}
