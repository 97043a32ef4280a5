-- Grain: one row per person booked for a class, camp or party, and one per place given up.
with

reservations as (
    select * from {{ ref('int_gym__reservations') }}
),

source_states as (
    select * from {{ ref('int_source_states') }}
),

-- Capitan does not say when a place was given up; we know when we first saw it so.
given_up as (
    select
        source_states.subject,
        min(source_states.seen_on) as seen_on
    from source_states
    where
        {{ json_text("source_states.state", "$.is_cancelled") }} = 'true'
        or {{ json_text("source_states.state", "$.is_deleted") }} = 'true'
    group by source_states.subject
),

keyed as (
    select
        reservations.*,
        'capitan:reservation:' || reservations.reservation_id as subject
    from reservations
),

-- Whoever has the place signed up, also when somebody else booked; what was paid is another event.
signups as (
    select
        keyed.signup_event_type as event_type,
        keyed.*,
        keyed.created_at as occurred_at
    from keyed
),

-- Nobody gives a place up after its day, so that what we first see long after has that day.
cancellations as (
    select
        'signup_cancelled' as event_type,
        keyed.*,
        greatest(
            keyed.created_at,
            {{ business_midnight("least(keyed.event_date, given_up.seen_on)") }}
        ) as occurred_at
    from keyed
    inner join given_up
        on keyed.subject = given_up.subject
    where keyed.is_cancelled or keyed.is_deleted
),

conformed as (
    select *
    from signups
    union all by name
    select *
    from cancellations
)

select
    {{ event_id("conformed.event_type", "'capitan'", "conformed.subject", "'attendee'") }}
        as event_id,
    conformed.event_type,
    conformed.occurred_at,
    'capitan:customer:' || conformed.capitan_customer_id as record_key,
    'capitan' as source,
    case when conformed.capitan_customer_id is null then 'unmatched' else 'exact' end
        as attribution,
    conformed.subject,
    cast(null as decimal(18, 2)) as amount,
    cast(null as varchar) as currency,
    json_object(
        'reservation_id', conformed.reservation_id,
        'booking_id', conformed.booking_id,
        'event_id', conformed.capitan_event_id,
        'event_type_name', conformed.event_type_name,
        'event_date', conformed.event_date,
        'booker_record_key', 'capitan:customer:' || conformed.booker_capitan_customer_id
    ) as details
from conformed
