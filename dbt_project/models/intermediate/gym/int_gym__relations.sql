-- Grain: one row per family link and direction, deleted ones included.
with

relations as (
    select * from {{ ref('stg_capitan__relations') }}
)

select * from relations
