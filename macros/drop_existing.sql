{% macro drop_existing() -%}
  {%- set existing = load_cached_relation(this) -%}
  {%- if existing is not none -%}
    {% call statement('drop') -%} drop {{ existing.type }} {{ existing }} {%- endcall %}
  {%- else -%}
    {#- begins the transaction, which the materialization commits -#}
    {% call statement('begin') -%} select 1 {%- endcall %}
  {%- endif -%}
{%- endmacro %}
