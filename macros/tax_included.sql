{% macro tax_included(gross) -%}
    {{ gross }} - cast(round({{ gross }} / {{ var('sales_tax_factor') }}, 2) as decimal(18, 2))
{%- endmacro %}
