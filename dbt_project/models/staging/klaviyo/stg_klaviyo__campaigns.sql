-- Grain: one row per Klaviyo campaign, whether it was sent or not, deleted ones included.
with

campaigns as (
    select * from {{ source('klaviyo', 'campaigns') }}
),

renamed as (
    select
        -- ids
        campaigns.id as campaign_id,

        -- strings
        nullif(trim(campaigns.name), '') as campaign_title,
        campaigns.channel,
        campaigns.status as campaign_status,

        -- booleans
        coalesce(campaigns.archived, false) as is_archived,
        {{ is_deleted('klaviyo', 'campaigns', 'campaigns') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("campaigns.created_at") }} as created_at,
        {{ iso_to_utc("campaigns.updated_at") }} as updated_at,
        {{ iso_to_utc("campaigns.scheduled_at") }} as scheduled_at,
        {{ iso_to_utc("campaigns.send_time") }} as sent_at
    from campaigns
)

select * from renamed
