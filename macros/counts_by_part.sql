{% macro counts_by_part(part, parts) -%}
    cast(list_transform(
        range({{ parts }}),
        lambda place: coalesce(histogram({{ part }})[place], 0)
    ) as float[{{ parts }}])
{%- endmacro %}
