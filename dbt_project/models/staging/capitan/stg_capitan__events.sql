-- Grain: one row per class, camp or party on its day, deleted ones included.
with

events as (
    select * from {{ source('capitan', 'events') }}
),

renamed as (
    select
        -- ids
        cast(events.id as varchar) as capitan_event_id,
        cast(events.event_type_id as varchar) as capitan_event_type_id,
        cast(events.location_id as varchar) as location_id,
        cast(events.location_area_id as varchar) as location_area_id,

        -- strings
        nullif(trim(events.event_type_name), '') as event_type_name,
        events.location_name,
        events.location_area_name,
        nullif(events.booking_open_time, '') as booking_open_time,

        -- numbers
        events.capacity,
        events.num_reservations as reservation_count,
        events.rolling_days as rolling_day_count,
        array_length({{ json_list("events.event_parts") }}) as part_count,

        -- booleans
        coalesce(events.is_cancelled, false) as is_cancelled,
        {{ is_deleted('capitan', 'events', 'events') }} as is_deleted,

        -- dates and times
        try_cast(
            {{ json_text("events.event_parts", "$[0].start_local_date") }}
            || ' '
            || {{ json_text("events.event_parts", "$[0].start_local_time") }} as timestamp
        ) as starts_local_at,
        try_cast(
            {{ json_text("events.event_parts", "$[0].end_local_date") }}
            || ' '
            || {{ json_text("events.event_parts", "$[0].end_local_time") }} as timestamp
        ) as ends_local_at,
        {{ iso_to_utc(json_text("events.event_parts", "$[0].start_datetime_isoformat")) }}
            as starts_at,
        {{ iso_to_utc(json_text("events.event_parts", "$[0].end_datetime_isoformat")) }} as ends_at,
        {{ iso_to_utc("events.created_at") }} as created_at,
        {{ iso_to_utc("events.updated_at") }} as updated_at
    from events
)

select * from renamed
