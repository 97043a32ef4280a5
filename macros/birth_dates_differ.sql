{% macro birth_dates_differ(left, right) -%}
    case
        when {{ left }} is null or {{ right }} is null or {{ left }} = {{ right }} then false
        when
            {{ one_error_apart(
                "cast(" ~ left ~ " as varchar)", "cast(" ~ right ~ " as varchar)"
            ) }}
            then false
        else
            not (
                year({{ left }}) = year({{ right }})
                and month({{ left }}) = day({{ right }})
                and day({{ left }}) = month({{ right }})
            )
    end
{%- endmacro %}
