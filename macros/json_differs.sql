{% macro json_differs(wanted, there) -%}
    len(list_filter(
        json_keys({{ wanted }}),
        lambda key: ({{ wanted }} ->> key) is distinct from ({{ there }} ->> key)
    )) > 0
{%- endmacro %}
