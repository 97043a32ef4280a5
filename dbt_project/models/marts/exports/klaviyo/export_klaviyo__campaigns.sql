-- Grain: one row per Klaviyo campaign.
with

campaigns as (
    select * from {{ ref('int_campaigns__klaviyo') }}
)

select
    campaigns.campaign_id,
    campaigns.campaign_title as name,
    campaigns.campaign_status as status,
    campaigns.created_at,
    campaigns.updated_at,
    campaigns.sent_at as send_time,
    campaigns.channel
from campaigns
