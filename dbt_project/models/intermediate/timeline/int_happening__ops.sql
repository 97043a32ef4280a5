-- Grain: one row per kind of deed of our own.
{{ config(materialized='view') }}

with

deeds as (
    select * from {{ ref('int_deeds') }}
)

select
    'ops' as source,
    'deeds' as table_name,
    deeds.event_type,
    'made' as outcome,
    count(*) as row_count
from deeds
group by deeds.event_type
