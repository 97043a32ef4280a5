{% macro staged_loads(source_name) %}
with

loads as (
    select * from {{ source(source_name, 'loads') }}
)

select
    '{{ source_name }}' as source,
    loads.table_name,
    max(cast(loads.as_of as date)) as loaded_on
from loads
group by loads.table_name
{% endmacro %}
