-- Grain: one row per host of a birthday party, and one per answer to its invitation.
with

parties as (
    select * from {{ ref('stg_firestore__parties') }}
),

events as (
    select * from {{ ref('stg_firestore__events') }}
),

rsvps as (
    select * from {{ ref('stg_firestore__rsvps') }}
),

conformed as (
    select *
    from parties
    union all by name
    select *
    from events
    union all by name
    select *
    from rsvps
)

select
    conformed.record_key,
    'firestore' as source,
    conformed.given_name,
    conformed.family_name,
    cast(null as date) as birth_date,
    cast(null as varchar) as postal_address,
    conformed.is_deleted,
    conformed.created_at
from conformed
