-- Grain: one row per Capitan record, type and value of an e-mail or phone it was seen with.
with

customers as (
    select * from {{ ref('stg_capitan__customers') }}
),

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

check_ins as (
    select * from {{ ref('stg_capitan__check_ins') }}
),

reservations as (
    select * from {{ ref('stg_capitan__reservations') }}
),

sightings as (
    select
        customers.record_key,
        'email' as identifier_type,
        customers.email as value_raw,
        customers.created_at as seen_at,
        'own' as origin
    from customers
    union all by name
    select
        customers.record_key,
        'phone' as identifier_type,
        customers.phone as value_raw,
        customers.created_at as seen_at,
        'own' as origin
    from customers
    union all by name
    -- Capitan copies the customer's e-mail into each check-in, where an older one survives.
    select
        'capitan:customer:' || check_ins.capitan_customer_id as record_key,
        'email' as identifier_type,
        check_ins.email as value_raw,
        check_ins.checked_in_at as seen_at,
        'own' as origin
    from check_ins
    union all by name
    -- On a youth membership this is the parent's e-mail beside the child's id.
    select
        'capitan:customer:' || memberships.owner_capitan_customer_id as record_key,
        'email' as identifier_type,
        memberships.owner_email as value_raw,
        {{ business_midnight("memberships.start_date") }} as seen_at,
        'owner' as origin
    from memberships
    union all by name
    -- Whoever books may leave an e-mail with the attendee that is the booker's own.
    select
        'capitan:customer:' || reservations.capitan_customer_id as record_key,
        'email' as identifier_type,
        reservations.email as value_raw,
        reservations.created_at as seen_at,
        'booker' as origin
    from reservations
    union all by name
    select
        'capitan:customer:' || reservations.booker_capitan_customer_id as record_key,
        'email' as identifier_type,
        reservations.booker_email as value_raw,
        reservations.created_at as seen_at,
        'booker' as origin
    from reservations
),

first_sighting as (
    select
        sightings.record_key,
        sightings.identifier_type,
        sightings.value_raw,
        sightings.origin,
        min(sightings.seen_at) as seen_at
    from sightings
    where sightings.value_raw is not null and sightings.record_key is not null
    group by
        sightings.record_key,
        sightings.identifier_type,
        sightings.value_raw,
        sightings.origin
)

select * from first_sighting
