{# One error leaves the first half or the second as it was, which is soon seen. #}
{% macro one_error_apart(left, right) -%}
    {%- set half = "(least(length(" ~ left ~ "), length(" ~ right ~ ")) - 1) // 2" -%}
    case
        when {{ left }} = {{ right }} then true
        when abs(length({{ left }}) - length({{ right }})) > 1 then false
        when
            left({{ left }}, {{ half }}) = left({{ right }}, {{ half }})
            or right({{ left }}, {{ half }}) = right({{ right }}, {{ half }})
            then damerau_levenshtein({{ left }}, {{ right }}) <= 1
        else false
    end
{%- endmacro %}
