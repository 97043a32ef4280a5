{% macro birth_dates_differ(left, right) -%}
    coalesce(
        {{ left }} <> {{ right }}
        and damerau_levenshtein(cast({{ left }} as varchar), cast({{ right }} as varchar)) > 1
        and not (
            year({{ left }}) = year({{ right }})
            and month({{ left }}) = day({{ right }})
            and day({{ left }}) = month({{ right }})
        ),
        false
    )
{%- endmacro %}
