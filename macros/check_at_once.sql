{% macro check_at_once(names) -%}
    {%- if execute and target.name == 'prod' and flags.WHICH == 'build' -%}
        {%- set checks = [] -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'test' and node.test_metadata -%}
            {%- set kwargs = node.test_metadata.kwargs -%}
            {%- set tested = graph.nodes.get(node.attached_node) or graph.sources.get(node.depends_on.nodes[0]) -%}
            {%- set rows = tested.relation_name -%}
            {%- if node.config.where -%}
                {%- set rows = '(select * from ' ~ rows ~ ' where ' ~ node.config.where ~ ')' -%}
            {%- endif -%}
            {%- set name = node.test_metadata.name -%}
            {%- set otherwise = 'warn' if node.config.severity | lower == 'warn' else 'fail' -%}
            {%- if name not in names or 'on_demand' in tested.tags -%}
            {%- elif name == 'keyed' -%}
                {%- do checks.append([node.name, test_keyed(rows, kwargs['by'], kwargs.get('never_null', [])), otherwise]) -%}
            {%- elif name == 'parses' -%}
                {%- set written = kwargs['raw'].split("'") -%}
                {%- set raw = graph.sources['source.' ~ project_name ~ '.' ~ written[1] ~ '.' ~ written[3]] -%}
                {%- do checks.append([node.name, test_parses(rows, kwargs['column_name'], raw.relation_name, kwargs['raw_column'], **{}), otherwise]) -%}
            {%- elif name == 'accepted_values' -%}
                {%- do checks.append([node.name, dbt.test_accepted_values(rows, kwargs['column_name'], kwargs['values'], kwargs.get('quote', true)), otherwise]) -%}
            {%- elif name == 'relationships' -%}
                {%- set parent = graph.nodes.values() | selectattr('name', 'equalto', kwargs['to'].split("'")[1]) | first -%}
                {%- do checks.append([node.name, dbt.test_relationships(rows, kwargs['column_name'], parent.relation_name, kwargs['field']), otherwise]) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set broken = [] -%}
        {%- for some in checks | batch(25) -%}
            {%- set query -%}
                {%- for name, sql, otherwise in some %}
                    {{ "union all" if not loop.first }}
                    select '{{ name }}' as test_name from (select 1 from ({{ sql }}) limit 1)
                {%- endfor %}
            {%- endset -%}
            {%- do broken.extend(run_query(query).columns[0].values()) -%}
        {%- endfor -%}
        {%- set failed = [] -%}
        {%- set outcomes -%}
            create or replace table ops.checks as select * from (values
            {%- for name, sql, otherwise in checks %}
                {%- if name in broken and otherwise == 'fail' -%} {%- do failed.append(name) -%} {%- endif %}
                {{ "," if not loop.first }} ('{{ name }}', '{{ otherwise if name in broken else "pass" }}')
            {%- endfor %}
            ) as checks(test_name, outcome)
        {%- endset -%}
        {%- do run_query(outcomes) -%}
        {%- if failed -%}
            select error('these do not hold: {{ failed | join(", ") }}')
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
