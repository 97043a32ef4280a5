-- Grain: one row per person booked for an event, cancelled and deleted ones included.
with

reservations as (
    select * from {{ source('capitan', 'reservations') }}
),

renamed as (
    select
        -- ids
        cast(reservations.id as varchar) as reservation_id,
        cast(reservations.booking_id as varchar) as booking_id,
        cast(reservations.event_id as varchar) as capitan_event_id,
        cast(reservations.customer_id as varchar) as capitan_customer_id,
        cast(reservations.booking_customer_id as varchar) as booker_capitan_customer_id,

        -- strings
        nullif(trim(reservations.first_name), '') as given_name,
        nullif(trim(reservations.last_name), '') as family_name,
        nullif(reservations.email, '') as email,
        nullif(trim(reservations.booking_customer_first_name), '') as booker_given_name,
        nullif(trim(reservations.booking_customer_last_name), '') as booker_family_name,
        nullif(reservations.booking_customer_email, '') as booker_email,
        nullif(trim(reservations.event_type_name), '') as event_type_name,

        -- booleans
        coalesce(reservations.is_cancelled, false) as is_cancelled,
        {{ is_deleted('capitan', 'reservations', 'reservations') }} as is_deleted,

        -- dates and times
        {{ iso_date("reservations.birthday") }} as birth_date,
        {{ iso_date("reservations.event_start_date_local") }} as event_date,
        {{ iso_to_utc("reservations.created_at") }} as created_at
    from reservations
)

select * from renamed
