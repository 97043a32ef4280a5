-- Grain: one row per check-in.
with

check_ins as (
    select * from {{ ref('stg_capitan__check_ins') }}
)

select * from check_ins
