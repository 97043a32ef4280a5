{% macro names_in_address(email, given_name) -%}
    (
        length({{ given_name }}) >= 3
        and contains(
            regexp_replace(split_part({{ email }}, '@', 1), '[^a-z]', '', 'g'),
            replace({{ given_name }}, ' ', '')
        )
    )
{%- endmacro %}
