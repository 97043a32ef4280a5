-- Grain: one row per ad set, archived and deleted ones included.
with

ad_sets as (
    select * from {{ source('facebook_ads', 'ad_sets') }}
),

renamed as (
    select
        -- ids
        ad_sets.id as ad_set_id,
        ad_sets.campaign_id,
        ad_sets.account_id,

        -- strings
        ad_sets.name as ad_set_name,
        ad_sets.optimization_goal,
        ad_sets.effective_status,
        ad_sets.configured_status,
        ad_sets.targeting,

        -- numbers
        {{ cents_to_money("try_cast(ad_sets.daily_budget as decimal(18, 0))") }}
            as daily_budget,
        {{ cents_to_money("try_cast(ad_sets.lifetime_budget as decimal(18, 0))") }}
            as lifetime_budget,

        -- booleans
        {{ is_deleted('facebook_ads', 'ad_sets', 'ad_sets') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("ad_sets.start_time") }} as started_at,
        {{ iso_to_utc("ad_sets.end_time") }} as stopped_at,
        {{ iso_to_utc("ad_sets.created_time") }} as created_at,
        {{ iso_to_utc("ad_sets.updated_time") }} as updated_at
    from ad_sets
)

select * from renamed
