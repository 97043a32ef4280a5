-- Grain: one row per day and ad that was shown.
with

ad_days as (
    select * from {{ ref('int_ad_days__facebook_ads') }}
)

select
    ad_days.ad_date as date,
    ad_days.ad_id,
    ad_days.ad_name,
    ad_days.campaign_id,
    ad_days.campaign_name,
    ad_days.ad_set_id as adset_id,
    ad_days.ad_set_name as adset_name,
    ad_days.impressions,
    ad_days.clicks,
    ad_days.spend,
    ad_days.reach,
    ad_days.ctr,
    ad_days.cpm,
    ad_days.cpp,
    ad_days.cpc,
    ad_days.frequency,
    ad_days.link_clicks,
    ad_days.post_engagements,
    ad_days.page_engagements,
    ad_days.post_actions,
    ad_days.leads,
    ad_days.purchases,
    ad_days.add_to_carts,
    ad_days.registrations
from ad_days
