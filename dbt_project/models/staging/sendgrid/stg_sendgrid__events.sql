-- Grain: one row per event that SendGrid posted, repeated posts once.
with

events as (
    select * from {{ source('sendgrid', 'events') }}
),

renamed as (
    select
        -- ids
        events.sg_event_id as event_key,
        events.sg_message_id as message_id,
        'sendgrid:recipient:' || md5(lower(trim(events.email))) as record_key,
        events.asm_group_id as unsubscribe_group_id,

        -- strings
        nullif(events.email, '') as email,
        events.event as event_name,
        events.type as bounce_type,
        nullif(trim(events.reason), '') as reason,
        nullif(trim(events.status), '') as refusal_code,
        nullif(trim(events.response), '') as response,
        events.url,
        events.useragent as user_agent,
        -- One word, or a list of them.
        coalesce(
            {{ json_text("events.category", "$[0]") }},
            {{ json_text("events.category", "$") }}
        ) as category,

        -- numbers
        try_cast(events.attempt as bigint) as attempt_count,

        -- dates and times
        {{ unix_to_utc("events.timestamp") }} as occurred_at
    from events
)

select * from renamed
