-- Grain: one row per Klaviyo campaign that there still is, drafts included.
with

campaigns as (
    select * from {{ ref('stg_klaviyo__campaigns') }}
)

select
    campaigns.campaign_id,
    campaigns.campaign_title,
    campaigns.channel,
    campaigns.campaign_status,
    campaigns.created_at,
    campaigns.updated_at,
    campaigns.sent_at
from campaigns
where not campaigns.is_deleted
