-- Grain: one row per Klaviyo event.
with

events as (
    select * from {{ source('klaviyo', 'events') }}
),

renamed as (
    select
        -- ids
        events.id as klaviyo_event_id,
        {{ json_text("events.relationships", "$.metric.id") }} as metric_id,
        {{ json_text("events.relationships", "$.profile.id") }} as profile_id,
        'klaviyo:profile:' || {{ json_text("events.relationships", "$.profile.id") }}
            as record_key,
        {{ json_text("events.event_properties", '$."$message"') }} as message_id,
        {{ json_text("events.event_properties", '$."$flow"') }} as flow_id,

        -- strings
        {{ json_text("events.event_properties", '$."Campaign Name"') }} as message_name,
        {{ json_text("events.event_properties", "$.Subject") }} as subject_line,
        {{ json_text("events.event_properties", "$.URL") }} as url,
        {{ json_text("events.event_properties", '$."Bounce Type"') }} as bounce_type,
        events.event_properties,

        -- dates and times
        {{ iso_to_utc("events.datetime") }} as occurred_at
    from events
)

select * from renamed
