{% macro given_names_agree(left, right) -%}
    case
        when {{ left }}.given_folded = {{ right }}.given_folded then 'equal'
        when {{ left }}.full_name_folded = {{ right }}.full_name_folded then 'equal'
        when
            {{ left }}.given_folded = {{ right }}.family_folded
            and {{ left }}.family_folded = {{ right }}.given_folded
            then 'swapped'
        when
            -- A name without other forms is its only one, and was found to differ.
            len({{ left }}.given_name_forms) + len({{ right }}.given_name_forms) > 2
            and list_has_any({{ left }}.given_name_forms, {{ right }}.given_name_forms)
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
