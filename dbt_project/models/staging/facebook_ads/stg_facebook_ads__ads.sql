-- Grain: one row per ad, archived and deleted ones included.
with

ads as (
    select * from {{ source('facebook_ads', 'ads') }}
),

renamed as (
    select
        -- ids
        ads.id as ad_id,
        ads.adset_id as ad_set_id,
        ads.campaign_id,
        ads.account_id,

        -- strings
        ads.name as ad_name,
        ads.effective_status,
        ads.configured_status,

        -- booleans
        {{ is_deleted('facebook_ads', 'ads', 'ads') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("ads.created_time") }} as created_at,
        {{ iso_to_utc("ads.updated_time") }} as updated_at
    from ads
)

select * from renamed
