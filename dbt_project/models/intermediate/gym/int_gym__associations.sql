-- Grain: one row per association, deleted ones included.
with

associations as (
    select * from {{ ref('stg_capitan__associations') }}
)

select * from associations
