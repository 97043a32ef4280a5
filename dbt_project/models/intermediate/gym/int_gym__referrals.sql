-- Grain: one row per membership whose buyer somebody brought, deleted ones included.
with

referrals as (
    select * from {{ ref('stg_capitan__referrals') }}
)

select * from referrals
