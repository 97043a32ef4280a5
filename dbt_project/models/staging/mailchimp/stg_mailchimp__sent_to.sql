-- Grain: one row per Mailchimp campaign and recipient.
with

sent_to as (
    select * from {{ source('mailchimp', 'sent_to') }}
),

renamed as (
    select
        -- ids
        sent_to.campaign_id,
        sent_to.email_id,
        sent_to.list_id,

        -- strings
        nullif(sent_to.email_address, '') as email,
        sent_to.status as delivery_status,

        -- numbers
        sent_to.open_count,

        -- dates and times
        {{ iso_to_utc("nullif(sent_to.last_open, '')") }} as last_open_at
    from sent_to
)

select * from renamed
