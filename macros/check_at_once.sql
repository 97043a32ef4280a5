{% macro check_at_once(names) -%}
    {%- if execute and target.name == 'prod' and flags.WHICH == 'build' -%}
        {%- set checks = [] -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'test' and node.test_metadata -%}
            {%- set kwargs = node.test_metadata.kwargs -%}
            {%- set tested = graph.nodes.get(node.attached_node) or graph.sources.get(node.depends_on.nodes[0]) -%}
            {%- if node.test_metadata.name not in names or 'on_demand' in tested.tags -%}
            {%- elif node.test_metadata.name == 'keyed' -%}
                {%- do checks.append([node.name, test_keyed(tested.relation_name, kwargs['by'], kwargs.get('never_null', []))]) -%}
            {%- elif node.test_metadata.name == 'parses' -%}
                {%- set written = kwargs['raw'].split("'") -%}
                {%- set raw = graph.sources['source.' ~ project_name ~ '.' ~ written[1] ~ '.' ~ written[3]] -%}
                {%- do checks.append([node.name, test_parses(tested.relation_name, kwargs['column_name'], raw.relation_name, kwargs['raw_column'], **{})]) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set failed = [] -%}
        {%- for some in checks | batch(100) -%}
            {%- set query -%}
                {%- for name, sql in some %}
                    {{ "union all" if not loop.first }}
                    select '{{ name }}' as test_name from (select 1 from ({{ sql }}) limit 1)
                {%- endfor %}
            {%- endset -%}
            {%- do failed.extend(run_query(query).columns[0].values()) -%}
        {%- endfor -%}
        {%- if failed -%}
            select error('these do not hold: {{ failed | join(", ") }}')
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
