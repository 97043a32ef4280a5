{% macro given_names_agree(left, right) -%}
    case
        when {{ left }}.given_folded = {{ right }}.given_folded then 'equal'
        when {{ left }}.full_name_folded = {{ right }}.full_name_folded then 'equal'
        when
            {{ left }}.given_folded = {{ right }}.family_folded
            and {{ left }}.family_folded = {{ right }}.given_folded
            then 'swapped'
        when
            list_contains({{ left }}.formal_names, {{ right }}.given_folded)
            or list_contains({{ right }}.formal_names, {{ left }}.given_folded)
            or list_has_any({{ left }}.formal_names, {{ right }}.formal_names)
            then 'nickname'
        when
            least(length({{ left }}.given_folded), length({{ right }}.given_folded)) = 1
            and {{ left }}.given_folded[1] = {{ right }}.given_folded[1]
            then 'initial'
        when
            least(length({{ left }}.given_folded), length({{ right }}.given_folded)) >= 3
            and not ({{ left }}.is_known_given_name and {{ right }}.is_known_given_name)
            and {{ one_error_apart(left ~ ".given_folded", right ~ ".given_folded") }}
            then 'typing error'
    end
{%- endmacro %}
