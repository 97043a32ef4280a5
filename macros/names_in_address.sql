{% macro names_in_address(email_letters, given_name) -%}
    (
        length({{ given_name }}) >= 3
        and contains({{ email_letters }}, replace({{ given_name }}, ' ', ''))
    )
{%- endmacro %}
