{% macro drop_existing() -%}
  {%- set existing = load_cached_relation(this) -%}
  {%- if existing is not none -%} drop {{ existing.type }} {{ existing }}; {%- endif -%}
{%- endmacro %}
