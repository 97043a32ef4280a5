-- Grain: one row per ad and day on which it was shown.
with

ad_insights as (
    select * from {{ source('facebook_ads', 'ad_insights') }}
),

renamed as (
    select
        -- ids
        ad_insights.ad_id,
        ad_insights.adset_id as ad_set_id,
        ad_insights.campaign_id,

        -- strings
        ad_insights.ad_name,
        ad_insights.adset_name as ad_set_name,
        ad_insights.campaign_name,
        ad_insights.objective,
        upper(ad_insights.account_currency) as currency,

        -- numbers
        try_cast(ad_insights.impressions as bigint) as impressions,
        try_cast(ad_insights.clicks as bigint) as clicks,
        try_cast(ad_insights.spend as decimal(18, 2)) as spend,
        try_cast(ad_insights.reach as bigint) as reach,
        try_cast(ad_insights.ctr as decimal(18, 6)) as ctr,
        try_cast(ad_insights.cpm as decimal(18, 6)) as cpm,
        try_cast(ad_insights.cpp as decimal(18, 6)) as cpp,
        try_cast(ad_insights.cpc as decimal(18, 6)) as cpc,
        try_cast(ad_insights.frequency as decimal(18, 6)) as frequency,
        {{ action_count("ad_insights.actions", "link_click") }} as link_clicks,
        {{ action_count("ad_insights.actions", "post_engagement") }} as post_engagements,
        {{ action_count("ad_insights.actions", "page_engagement") }} as page_engagements,
        {{ action_count("ad_insights.actions", "post") }} as post_actions,
        {{ action_count("ad_insights.actions", "lead") }} as leads,
        {{ action_count("ad_insights.actions", "purchase") }} as purchases,
        {{ action_count("ad_insights.actions", "add_to_cart") }} as add_to_carts,
        {{ action_count("ad_insights.actions", "complete_registration") }} as registrations,

        -- dates and times
        {{ iso_date("ad_insights.date_start") }} as ad_date
    from ad_insights
)

select * from renamed
