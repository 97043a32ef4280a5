{# Counting where texts of one length differ is a thousand times cheaper than a distance. #}
{% macro one_error_apart(left, right) -%}
    case
        when {{ left }} = {{ right }} then true
        when strlen({{ left }}) = strlen({{ right }})
            then
                case hamming({{ left }}, {{ right }})
                    when 1 then true
                    when 2 then damerau_levenshtein({{ left }}, {{ right }}) <= 1
                    else false
                end
        when abs(strlen({{ left }}) - strlen({{ right }})) = 1
            then levenshtein({{ left }}, {{ right }}) <= 1
        else false
    end
{%- endmacro %}
