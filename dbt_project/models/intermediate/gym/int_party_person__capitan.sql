-- Grain: one row per person with a part in a birthday party that was booked at the front desk.
with

reservations as (
    select * from {{ ref('stg_capitan__reservations') }}
),

parties as (
    select
        'capitan:event:' || reservations.capitan_event_id as party_key,
        reservations.event_date as party_date,
        'capitan:customer:' || reservations.capitan_customer_id as guest_record_key,
        'capitan:customer:' || coalesce(
            reservations.booker_capitan_customer_id, reservations.capitan_customer_id
        ) as host_record_key
    from reservations
    where
        regexp_matches(lower(reservations.event_type_name), 'birthday|bday')
        and not reservations.is_cancelled
        and not reservations.is_deleted
),

-- union: a host books several guests, and may be one.
people as (
    select
        parties.party_key,
        parties.party_date,
        'host' as role,
        parties.host_record_key as record_key
    from parties
    union
    select
        parties.party_key,
        parties.party_date,
        'guest' as role,
        parties.guest_record_key as record_key
    from parties
    where parties.guest_record_key <> parties.host_record_key
)

select * from people
where people.record_key is not null
