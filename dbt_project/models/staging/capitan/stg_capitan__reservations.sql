-- Grain: one row per person booked for an event, cancelled and deleted ones included.
with

reservations as (
    select * from {{ source('capitan', 'reservations') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_capitan__loads') }} as loads
    where loads.table_name = 'reservations'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_capitan__rejected') }} as rejected
    where rejected.table_name = 'reservations'
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
        coalesce(
            greatest(cast(reservations._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_date("reservations.birthday") }} as birth_date,
        {{ iso_date("reservations.event_start_date_local") }} as event_date,
        {{ iso_to_utc("reservations.created_at") }} as created_at
    from reservations
    left join refused
        on cast(reservations.id as varchar) = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
