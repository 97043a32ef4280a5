{% macro is_youth_product(name) -%}
    coalesce(regexp_matches(
        lower({{ name }}), '\b(youth|under 14|junior|kids?|child(ren)?)\b|team dues'
    ), false)
{%- endmacro %}
