-- Grain: one row per person booked for an event, cancelled and deleted ones included.
with

reservations as (
    select * from {{ ref('stg_capitan__reservations') }}
)

select * from reservations
