-- Grain: one row per ad and day on which it was shown.
with

ad_insights as (
    select * from {{ ref('stg_facebook_ads__ad_insights') }}
)

select
    ad_insights.ad_id,
    ad_insights.ad_set_id,
    ad_insights.campaign_id,
    ad_insights.ad_name,
    ad_insights.ad_set_name,
    ad_insights.campaign_name,
    ad_insights.objective,
    ad_insights.currency,
    ad_insights.impressions,
    ad_insights.clicks,
    ad_insights.spend,
    ad_insights.reach,
    ad_insights.ctr,
    ad_insights.cpm,
    ad_insights.cpp,
    ad_insights.cpc,
    ad_insights.frequency,
    ad_insights.link_clicks,
    ad_insights.post_engagements,
    ad_insights.page_engagements,
    ad_insights.post_actions,
    ad_insights.leads,
    ad_insights.purchases,
    ad_insights.add_to_carts,
    ad_insights.registrations,
    ad_insights.ad_date
from ad_insights
where ad_insights.ad_date is not null
