-- Grain: one row per e-mail and recipient in SendGrid's activity feed.
with

messages as (
    select * from {{ source('sendgrid', 'messages') }}
),

renamed as (
    select
        -- ids
        messages.msg_id as message_id,
        'sendgrid:recipient:' || md5(lower(trim(messages.to_email))) as record_key,

        -- strings
        nullif(messages.to_email, '') as email,
        messages.subject as subject_line,
        messages.status as message_status,

        -- numbers
        messages.opens_count as open_count,
        messages.clicks_count as click_count,

        -- dates and times
        {{ iso_to_utc("messages.last_event_time") }} as last_event_at
    from messages
)

select * from renamed
