-- Grain: one row per birthday party.
with

parties as (
    select * from {{ ref('int_parties__firestore') }}
)

select
    parties.party_id,
    parties.host_email,
    parties.host_phone,
    parties.child_name,
    parties.child_age,
    parties.party_date,
    parties.party_time,
    parties.custom_message,
    parties.created_at,
    parties.created_by,
    parties.yes_count as total_yes,
    parties.no_count as total_no,
    parties.maybe_count as total_maybe,
    parties.guest_count as total_guests
from parties
where not parties.is_deleted
