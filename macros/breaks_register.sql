{% macro breaks_register(left, right) -%}
    (
        {{ left }}.source = {{ right }}.source
        and {{ left }}.is_person_register
        and not coalesce(
            {{ left }}.usable_birth_date = {{ right }}.usable_birth_date
            and {{ left }}.given_folded = {{ right }}.given_folded,
            false
        )
    )
{%- endmacro %}
