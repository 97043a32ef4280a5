-- Grain: one row per answer to an invitation that the party app still shows.
with

rsvps as (
    select * from {{ ref('stg_firestore__rsvps') }}
)

select
    rsvps.party_id,
    rsvps.rsvp_id,
    rsvps.record_key,
    rsvps.guest_full_name,
    rsvps.answer,
    rsvps.adult_count,
    rsvps.child_count,
    rsvps.dietary,
    rsvps.email,
    rsvps.phone,
    rsvps.notes,
    rsvps.updated_at
from rsvps
where not rsvps.is_deleted
