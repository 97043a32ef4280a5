{% materialization corrected_table, adapter='duckdb' %}
  {%- set target = this.incorporate(type='table') -%}
  {%- set existing = load_cached_relation(this) -%}
  {%- set parts = 'ops.' ~ this.identifier ~ '_parts' -%}
  {%- set now -%} (select * exclude (content_hash) from ({{ compiled_code }}) as said) {%- endset -%}
  {{ run_hooks(pre_hooks) }}
  {% call statement('schema') -%} create schema if not exists ops {%- endcall %}
  {% call statement('parts_now') -%}
    create or replace temp table parts_now as
    select source, place & -1024 as part, count(*) as row_count, bit_xor(hash(hash(event_type, content_hash))) as contents
    from ({{ compiled_code }}) as said
    where place is not null
    group by source, place & -1024
  {%- endcall %}
  {% call statement('made_from', fetch_result=True) -%}
    select
      md5(concat_ws(chr(10), $model${{ compiled_code }}$model$, columns_said.names, views.texts)) as made_from,
      (
        select comment from duckdb_tables()
        where
          database_name = current_database() and schema_name || '.' || table_name = '{{ parts }}'
      ) as stored
    from
      (
        select string_agg(column_name || ' ' || column_type, ', ') as names from (describe {{ compiled_code }})
      ) as columns_said,
      (
        select string_agg(sql, chr(10) order by sql) as texts
        from duckdb_views()
        where
          database_name = current_database()
          and schema_name || '.' || view_name in ('{{ views_behind(model.depends_on.nodes, []) | join("', '") }}')
      ) as views
  {%- endcall %}
  {%- set made_from, stored = load_result('made_from').table.rows[0].values() -%}
  {%- if existing is none or existing.type != 'table' or stored != made_from or should_full_refresh() -%}
    {%- if existing is not none -%}
      {% call statement('drop') -%} drop {{ existing.type }} {{ existing }} {%- endcall %}
    {%- endif -%}
    {% call statement('main') -%} create table {{ target }} as from {{ now }} {%- endcall %}
  {%- else -%}
    {% call statement('rows_now') -%}
      create or replace temp table rows_now as from {{ now }} where place is null
    {%- endcall %}
    {% call statement('rows_moved') -%}
      create or replace temp table rows_moved as
      with stored as (from {{ target }} where place is null)
      (from rows_now except all from stored) union all (from stored except all from rows_now)
    {%- endcall %}
    {% call statement('parts_moved') -%}
      create or replace temp table parts_moved as
      select source, part
      from parts_now
      full outer join {{ parts }} as stored using (source, part)
      where
        parts_now.row_count is distinct from stored.row_count
        or parts_now.contents is distinct from stored.contents
    {%- endcall %}
    {% call statement('delete_rows') -%}
      delete from {{ target }}
      where place is null and coalesce(event_id, '') in (select coalesce(event_id, '') from rows_moved)
    {%- endcall %}
    {% call statement('main') -%}
      insert into {{ target }} by name
      from rows_now where coalesce(event_id, '') in (select coalesce(event_id, '') from rows_moved)
    {%- endcall %}
    {% call statement('delete_parts') -%}
      delete from {{ target }}
      where place is not null and (source, place & -1024) in (select source, part from parts_moved)
    {%- endcall %}
    {#- Ranges of plain numbers, a few at a time: nothing else makes DuckDB skip what lies outside them. -#}
    {% call statement('ranges', fetch_result=True) -%}
      select source, min(part), max(part) + 1023
      from (
        select *, part - 1024 * row_number() over (partition by source order by part) as run_of_parts
        from parts_moved
      )
      group by source, run_of_parts
      order by source, min(part)
    {%- endcall %}
    {%- for source, ranges in load_result('ranges').table.rows | groupby(0) -%}
      {%- for some in ranges | batch(16) -%}
        {% call statement('insert_parts') -%}
          insert into {{ target }} by name
          from {{ now }}
          where
            source = '{{ source }}'
            and place between {{ some[0][1] }} and {{ some[-1][2] }}
            and ({% for _, first, last in some %}{{ " or " if not loop.first }}place between {{ first }} and {{ last }}{% endfor %})
        {%- endcall %}
      {%- endfor -%}
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
