-- Grain: one row per class, camp or party on its day, deleted ones included.
with

events as (
    select * from {{ ref('stg_capitan__events') }}
)

select * from events
