-- Grain: one row per campaign, archived and deleted ones included.
with

campaigns as (
    select * from {{ source('facebook_ads', 'campaigns') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_facebook_ads__loads') }} as loads
    where loads.table_name = 'campaigns'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_facebook_ads__rejected') }} as rejected
    where rejected.table_name = 'campaigns'
),

renamed as (
    select
        -- ids
        campaigns.id as campaign_id,
        campaigns.account_id,

        -- strings
        campaigns.name as campaign_name,
        campaigns.objective,
        campaigns.effective_status,
        campaigns.configured_status,

        -- numbers
        {{ cents_to_money("try_cast(campaigns.daily_budget as decimal(18, 0))") }}
            as daily_budget,
        {{ cents_to_money("try_cast(campaigns.lifetime_budget as decimal(18, 0))") }}
            as lifetime_budget,

        -- booleans
        coalesce(
            greatest(cast(campaigns._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("campaigns.start_time") }} as started_at,
        {{ iso_to_utc("campaigns.stop_time") }} as stopped_at,
        {{ iso_to_utc("campaigns.created_time") }} as created_at,
        {{ iso_to_utc("campaigns.updated_time") }} as updated_at
    from campaigns
    left join refused
        on campaigns.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
