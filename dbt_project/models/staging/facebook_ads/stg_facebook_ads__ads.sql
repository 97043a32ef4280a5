-- Grain: one row per ad, archived and deleted ones included.
with

ads as (
    select * from {{ source('facebook_ads', 'ads') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_facebook_ads__loads') }} as loads
    where loads.table_name = 'ads'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_facebook_ads__rejected') }} as rejected
    where rejected.table_name = 'ads'
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
        coalesce(
            greatest(cast(ads._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("ads.created_time") }} as created_at,
        {{ iso_to_utc("ads.updated_time") }} as updated_at
    from ads
    left join refused
        on ads.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
