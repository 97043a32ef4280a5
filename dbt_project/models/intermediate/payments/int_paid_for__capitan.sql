-- Grain: one row per membership, entry pass and booking, with the record it was paid for.
with

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

entry_passes as (
    select * from {{ ref('stg_capitan__entry_passes') }}
),

reservations as (
    select * from {{ ref('stg_capitan__reservations') }}
),

-- A booking for several people was paid for none of them alone: it stays with who booked.
bookings as (
    select
        reservations.booking_id,
        case
            when count(distinct reservations.capitan_customer_id) = 1
                then min(reservations.capitan_customer_id)
            when count(distinct reservations.booker_capitan_customer_id) = 1
                then min(reservations.booker_capitan_customer_id)
        end as capitan_customer_id
    from reservations
    where reservations.booking_id is not null
    group by reservations.booking_id
)

select
    'capitan:membership:' || memberships.membership_instance_id as paid_for_key,
    'capitan:customer:' || memberships.owner_capitan_customer_id as record_key
from memberships
where memberships.owner_capitan_customer_id is not null
union all by name
select
    'capitan:entry_pass:' || entry_passes.entry_pass_id as paid_for_key,
    'capitan:customer:' || entry_passes.owner_capitan_customer_id as record_key
from entry_passes
where entry_passes.owner_capitan_customer_id is not null
union all by name
select
    'capitan:booking:' || bookings.booking_id as paid_for_key,
    'capitan:customer:' || bookings.capitan_customer_id as record_key
from bookings
where bookings.capitan_customer_id is not null
