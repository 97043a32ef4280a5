{% macro is_youth_event(name) -%}
    {{ is_youth_product(name) }}
    or coalesce(regexp_matches(
        lower({{ name }}), '\b(camp|homeschool|climb club|mini ascenders)\b'
    ), false)
{%- endmacro %}
