{% macro views_behind(nodes, found) -%}
    {%- for name in nodes if name in graph.nodes -%}
        {%- set node = graph.nodes[name] -%}
        {%- set view = node.schema ~ '.' ~ (node.alias or node.name) -%}
        {%- if node.config.materialized == 'view' and view not in found -%}
            {%- do found.append(view) -%}
            {%- do views_behind(node.depends_on.nodes, found) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
