-- Grain: one row per Firestore record, type and value of an e-mail or phone that it gives.
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
    'email' as identifier_type,
    conformed.email as value_raw,
    'own' as origin,
    conformed.created_at as seen_at
from conformed
where conformed.email is not null
union all by name
select
    conformed.record_key,
    'phone' as identifier_type,
    conformed.phone as value_raw,
    'own' as origin,
    conformed.created_at as seen_at
from conformed
where conformed.phone is not null
