-- Grain: one row per person booked for an event, cancelled ones included.
with

reservations as (
    select * from {{ ref('int_gym__reservations') }}
)

select
    reservations.reservation_id,
    reservations.capitan_customer_id as customer_id,
    reservations.given_name as first_name,
    reservations.family_name as last_name,
    reservations.birth_date as birthday,
    reservations.email,
    reservations.booking_id,
    reservations.booker_capitan_customer_id as booking_customer_id,
    reservations.booker_given_name as booking_customer_first_name,
    reservations.booker_family_name as booking_customer_last_name,
    reservations.booker_email as booking_customer_email,
    reservations.capitan_event_id as event_id,
    reservations.event_type_name,
    reservations.event_date as event_start_date_local,
    reservations.is_cancelled,
    reservations.created_at
from reservations
where not reservations.is_deleted
