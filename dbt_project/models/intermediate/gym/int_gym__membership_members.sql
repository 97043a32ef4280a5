-- Grain: one row per sold membership (instance) and person on its roster.
with

membership_members as (
    select * from {{ ref('stg_capitan__membership_members') }}
)

select * from membership_members
