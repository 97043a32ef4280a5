-- Grain: one row per party and answer to its invitation.
with

rsvps as (
    select * from {{ ref('int_rsvps__firestore') }}
)

select
    rsvps.party_id,
    rsvps.rsvp_id,
    rsvps.guest_full_name as guest_name,
    rsvps.answer as attending,
    rsvps.adult_count as num_adults,
    rsvps.child_count as num_kids,
    rsvps.dietary,
    rsvps.email,
    rsvps.phone,
    rsvps.notes,
    rsvps.updated_at
from rsvps
