{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
  {%- set target = this.incorporate(type='table') -%}
  {{ run_hooks(pre_hooks) }}
  {%- if model['language'] == 'python' -%}
    {#- it writes through a connection of its own, which must see that nothing is there -#}
    {% call statement('drop', auto_begin=False) -%} {{ drop_existing() }} select 1 {%- endcall %}
    {% call statement('main', language='python', auto_begin=False) -%}
      {{ create_table_as(False, target, compiled_code, 'python') }}
    {%- endcall %}
  {%- else -%}
    {% call statement('main', auto_begin=False) -%}
      begin; {{ drop_existing() }} {{ create_table_as(False, target, compiled_code) }} commit;
    {%- endcall %}
  {%- endif -%}
  {{ run_hooks(post_hooks) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
