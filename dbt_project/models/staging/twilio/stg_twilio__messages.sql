-- Grain: one row per text message.
with

messages as (
    select * from {{ source('twilio', 'messages') }}
),

renamed as (
    select
        -- ids
        messages.sid as message_sid,
        messages.messaging_service_sid,

        -- strings
        messages.direction,
        nullif(trim(messages."from"), '') as from_number,
        nullif(trim(messages."to"), '') as to_number,
        messages.body,
        messages.status as message_status,
        nullif(trim(messages.error_message), '') as error_message,
        messages.price_unit,

        -- numbers
        messages.error_code,
        try_cast(messages.num_segments as bigint) as segment_count,
        try_cast(messages.num_media as bigint) as media_count,
        -- A text costs fractions of a cent.
        try_cast(messages.price as decimal(18, 5)) as price,

        -- booleans
        messages.direction = 'inbound' as is_inbound,

        -- dates and times
        {{ rfc2822_to_utc("messages.date_created") }} as created_at,
        {{ rfc2822_to_utc("messages.date_sent") }} as sent_at,
        {{ rfc2822_to_utc("messages.date_updated") }} as updated_at
    from messages
)

select * from renamed
