-- Grain: one row per birthday party of either generation of the party app, deleted ones too.
with

parties as (
    select * from {{ ref('stg_firestore__parties') }}
),

events as (
    select * from {{ ref('stg_firestore__events') }}
),

rsvps as (
    select * from {{ ref('int_rsvps__firestore') }}
),

counted as (
    select
        rsvps.party_id,
        count(*) filter (where rsvps.answer = 'yes') as yes_count,
        count(*) filter (where rsvps.answer = 'no') as no_count,
        count(*) filter (where rsvps.answer = 'maybe') as maybe_count,
        sum(coalesce(rsvps.adult_count, 0) + coalesce(rsvps.child_count, 0))
        filter (where rsvps.answer = 'yes') as guest_count
    from rsvps
    group by rsvps.party_id
),

both_generations as (
    select *
    from parties
    union all by name
    select *
    from events
)

select
    both_generations.party_id,
    both_generations.record_key,
    both_generations.email as host_email,
    both_generations.phone as host_phone,
    both_generations.child_name,
    both_generations.child_age,
    both_generations.party_date,
    both_generations.party_time,
    both_generations.custom_message,
    both_generations.party_status,
    both_generations.is_deleted,
    both_generations.created_at,
    both_generations.created_by,
    coalesce(counted.yes_count, 0) as yes_count,
    coalesce(counted.no_count, 0) as no_count,
    coalesce(counted.maybe_count, 0) as maybe_count,
    cast(coalesce(counted.guest_count, 0) as bigint) as guest_count
from both_generations
left join counted
    on both_generations.party_id = counted.party_id
