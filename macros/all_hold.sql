{% macro all_hold(conditions) -%}
    coalesce(not regexp_matches(cast({{ conditions }} as varchar), ':(false|null)[,}]'), true)
{%- endmacro %}
