-- Grain: one row per birthday party that was booked or is over, and per answer to an invitation.
with

parties as (
    select * from {{ ref('int_parties__firestore') }}
),

rsvps as (
    select * from {{ ref('stg_firestore__rsvps') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- What was deleted since has happened all the same.
happened as (
    select
        'birthday_party_booked' as event_type,
        parties.created_at as occurred_at,
        parties.record_key,
        'firestore:party:' || parties.party_id as subject,
        parties.party_id,
        parties.party_date,
        cast(null as varchar) as answer
    from parties
    union all by name
    -- A party is over when its day is; the hour in the invitation is a text.
    select
        'birthday_party_completed' as event_type,
        {{ business_midnight("parties.party_date + 1") }} - interval 1 second as occurred_at,
        parties.record_key,
        'firestore:party:' || parties.party_id as subject,
        parties.party_id,
        parties.party_date,
        cast(null as varchar) as answer
    from parties
    cross join run
    where
        parties.party_date < run.as_of_date
        and parties.party_status = 'confirmed'
        and not parties.is_deleted
    union all by name
    select
        'birthday_party_rsvp' as event_type,
        rsvps.created_at as occurred_at,
        rsvps.record_key,
        'firestore:rsvp:' || rsvps.party_id || '-' || rsvps.rsvp_id as subject,
        rsvps.party_id,
        parties.party_date,
        rsvps.answer
    from rsvps
    left join parties
        on rsvps.party_id = parties.party_id
)

select
    {{ event_id(
        "happened.event_type",
        "'firestore'",
        "happened.subject",
        "case happened.event_type when 'birthday_party_rsvp' then 'guest' else 'host' end"
    ) }} as event_id,
    happened.event_type,
    happened.occurred_at,
    happened.record_key,
    'firestore' as source,
    case when happened.record_key is null then 'unmatched' else 'exact' end as attribution,
    happened.subject,
    cast(null as decimal(18, 2)) as amount,
    cast(null as varchar) as currency,
    json_object(
        'party_id', happened.party_id,
        'party_date', happened.party_date,
        'answer', happened.answer
    ) as details
from happened
