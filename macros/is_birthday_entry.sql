{% macro is_birthday_entry(check_in) -%}
    (
        {{ check_in }}.entry_method = 'EVE'
        and regexp_matches(lower({{ check_in }}.entry_method_description), 'birthday|bday')
    )
{%- endmacro %}
