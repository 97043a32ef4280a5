-- Grain: one row per Mailchimp campaign that was sent.
with

campaigns as (
    select * from {{ source('mailchimp', 'campaigns') }}
),

renamed as (
    select
        -- ids
        campaigns.id as campaign_id,
        {{ json_text("campaigns.recipients", "$.list_id") }} as list_id,
        {{ json_text("campaigns.recipients", "$.segment_opts.saved_segment_id") }}
            as segment_id,

        -- strings
        {{ json_text("campaigns.settings", "$.title") }} as campaign_title,
        {{ json_text("campaigns.settings", "$.subject_line") }} as subject_line,
        campaigns.type as campaign_type,
        campaigns.status as campaign_status,

        -- numbers
        campaigns.emails_sent as sent_count,

        -- dates and times
        {{ iso_to_utc("campaigns.create_time") }} as created_at,
        {{ iso_to_utc("nullif(campaigns.send_time, '')") }} as sent_at
    from campaigns
)

select * from renamed
