-- Grain: one row per Mailchimp campaign that was sent.
with

campaign_contents as (
    select * from {{ source('mailchimp', 'campaign_contents') }}
),

renamed as (
    select
        -- ids
        campaign_contents.campaign_id,

        -- strings
        nullif(campaign_contents.html, '') as html,
        nullif(campaign_contents.plain_text, '') as plain_text
    from campaign_contents
)

select * from renamed
