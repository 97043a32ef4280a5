{% materialization corrected_table, adapter='duckdb' %}
  {%- set target = this.incorporate(type='table') -%}
  {%- set existing = load_cached_relation(this) -%}
  {%- set parts = 'ops.' ~ this.identifier ~ '_parts' -%}
  {%- set is_part = 'part_of is not null' -%}
  {%- set now -%} (select * exclude (copy_mark) from ({{ compiled_code }}) as said) {%- endset -%}
  {{ run_hooks(pre_hooks) }}
  {% call statement('parts') %} create schema if not exists ops {% endcall %}
  {% call statement('made_from', fetch_result=True) -%}
    select md5(concat_ws(chr(10), $model${{ compiled_code }}$model$, columns_said.all_of_them, views.all_of_them))
    from
        (
            select string_agg(column_name || ' ' || column_type, ', ') as all_of_them
            from (describe {{ compiled_code }})
        ) as columns_said,
        (
            select string_agg(sql, chr(10) order by sql) as all_of_them
            from duckdb_views()
            where schema_name || '.' || view_name in ('{{ views_behind(model.depends_on.nodes, []) | join("', '") }}')
        ) as views
  {%- endcall %}
  {%- set made_from = load_result('made_from').table.columns[0].values()[0] -%}
  {% call statement('stored', fetch_result=True) -%}
    select comment from duckdb_tables()
    where schema_name = 'ops' and table_name = '{{ this.identifier }}_parts' and database_name = current_database()
  {%- endcall %}
  {%- set stored = load_result('stored').table.columns[0].values() | first -%}
  {% call statement('parts_now') -%}
    create or replace temp table parts_now as
    select part_of, part, count(*) as row_count, bit_xor(hash(hash(event_type, copy_mark))) as copy_marks
    from ({{ compiled_code }}) as said
    where {{ is_part }}
    group by part_of, part
  {%- endcall %}
  {%- if existing is none or existing.type != 'table' or stored != made_from -%}
    {% if existing is not none %} {% call statement('drop') -%} drop {{ existing.type }} {{ existing }} {%- endcall %} {% endif %}
    {% call statement('main') -%} create table {{ target }} as from {{ now }} {%- endcall %}
  {%- else -%}
    {% call statement('rows_now') -%}
      create or replace temp table rows_now as from {{ now }} where not ({{ is_part }})
    {%- endcall %}
    {% call statement('rows_moved') -%}
      create or replace temp table rows_moved as
      with stored as (from {{ target }} where not ({{ is_part }}))
      (from rows_now except all from stored) union all (from stored except all from rows_now)
    {%- endcall %}
    {% call statement('parts_moved') -%}
      create or replace temp table parts_moved as
      select part_of, part
      from parts_now
      full outer join {{ parts }} as stored using (part_of, part)
      where
          parts_now.row_count is distinct from stored.row_count
          or parts_now.copy_marks is distinct from stored.copy_marks
    {%- endcall %}
    {% call statement('delete_rows') -%}
      delete from {{ target }}
      where not ({{ is_part }}) and coalesce(event_id, '') in (select coalesce(event_id, '') from rows_moved)
    {%- endcall %}
    {% call statement('delete_parts') -%}
      delete from {{ target }} where {{ is_part }} and (part_of, part) in (from parts_moved)
    {%- endcall %}
    {% call statement('main') -%}
      insert into {{ target }} by name
      from rows_now where coalesce(event_id, '') in (select coalesce(event_id, '') from rows_moved)
    {%- endcall %}
    {% call statement('moved_of', fetch_result=True) -%}
      select distinct part_of from parts_moved order by part_of
    {%- endcall %}
    {%- for part_of in load_result('moved_of').table.columns[0].values() -%}
      {#- bits, since DuckDB looks at them before it works out a row, and at a join only afterwards -#}
      {% call statement('bits') -%}
        set variable moved_bits = (
          select bitstring_agg(cast(part % 1048576 as integer), 0, 1048575) from parts_moved where part_of = '{{ part_of }}'
        )
      {%- endcall %}
      {% call statement('insert_parts') -%}
        insert into {{ target }} by name
        from {{ now }}
        where
          part_of = '{{ part_of }}'
          and get_bit(getvariable('moved_bits'), cast(part % 1048576 as integer)) = 1
          and part in (select part from parts_moved where part_of = '{{ part_of }}')
      {%- endcall %}
    {%- endfor -%}
  {%- endif -%}
  {% call statement('remember') -%}
    create or replace table {{ parts }} as from parts_now;
    comment on table {{ parts }} is '{{ made_from }}'
  {%- endcall %}
  {{ run_hooks(post_hooks) }}
  {% do adapter.commit() %}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
