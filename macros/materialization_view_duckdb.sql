{% materialization view, adapter='duckdb' %}
  {%- set target = this.incorporate(type='view') -%}
  {{ run_hooks(pre_hooks) }}
  {% call statement('main', auto_begin=False) -%}
    begin; {{ drop_existing() }} {{ get_create_view_as_sql(target, compiled_code) }} commit;
  {%- endcall %}
  {{ run_hooks(post_hooks) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
