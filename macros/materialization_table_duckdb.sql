{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
  {%- set target = this.incorporate(type='table') -%}
  {%- set language = model['language'] -%}
  {{ run_hooks(pre_hooks) }}
  {{ drop_existing() }}
  {#- a Python model writes through a connection of its own, which must see that nothing is there -#}
  {%- if language == 'python' -%} {% do adapter.commit() %} {%- endif -%}
  {% call statement('main', language=language) -%}
    {{ create_table_as(False, target, compiled_code, language) }}
  {%- endcall %}
  {{ run_hooks(post_hooks) }}
  {% do adapter.commit() %}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
