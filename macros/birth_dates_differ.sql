{# One typing error spoils the year, the month or the day, and leaves the other two. #}
{% macro birth_dates_differ(left, right) -%}
    case
        when {{ left }} is null or {{ right }} is null or {{ left }} = {{ right }} then false
        when
            cast(year({{ left }}) = year({{ right }}) as integer)
            + cast(month({{ left }}) = month({{ right }}) as integer)
            + cast(day({{ left }}) = day({{ right }}) as integer) = 2
            then
                damerau_levenshtein(
                    cast({{ left }} as varchar), cast({{ right }} as varchar)
                ) > 1
        else
            not (
                year({{ left }}) = year({{ right }})
                and month({{ left }}) = day({{ right }})
                and day({{ left }}) = month({{ right }})
            )
    end
{%- endmacro %}
