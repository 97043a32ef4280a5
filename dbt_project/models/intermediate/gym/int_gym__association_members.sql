-- Grain: one row per customer's place in an association, left ones included.
with

association_members as (
    select * from {{ ref('stg_capitan__association_members') }}
)

select * from association_members
