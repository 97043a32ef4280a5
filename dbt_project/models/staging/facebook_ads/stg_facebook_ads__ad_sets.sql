-- Grain: one row per ad set, archived and deleted ones included.
with

ad_sets as (
    select * from {{ source('facebook_ads', 'ad_sets') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_facebook_ads__loads') }} as loads
    where loads.table_name = 'ad_sets'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_facebook_ads__rejected') }} as rejected
    where rejected.table_name = 'ad_sets'
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
        coalesce(
            greatest(cast(ad_sets._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("ad_sets.start_time") }} as started_at,
        {{ iso_to_utc("ad_sets.end_time") }} as stopped_at,
        {{ iso_to_utc("ad_sets.created_time") }} as created_at,
        {{ iso_to_utc("ad_sets.updated_time") }} as updated_at
    from ad_sets
    left join refused
        on ad_sets.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
