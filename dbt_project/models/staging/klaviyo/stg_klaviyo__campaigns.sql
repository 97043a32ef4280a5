-- Grain: one row per Klaviyo campaign, whether it was sent or not, deleted ones included.
with

campaigns as (
    select * from {{ source('klaviyo', 'campaigns') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_klaviyo__loads') }} as loads
    where loads.table_name = 'campaigns'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_klaviyo__rejected') }} as rejected
    where rejected.table_name = 'campaigns'
),

renamed as (
    select
        -- ids
        campaigns.id as campaign_id,

        -- strings
        nullif(trim(campaigns.name), '') as campaign_title,
        campaigns.channel,
        campaigns.status as campaign_status,

        -- booleans
        coalesce(campaigns.archived, false) as is_archived,
        coalesce(
            greatest(cast(campaigns._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("campaigns.created_at") }} as created_at,
        {{ iso_to_utc("campaigns.updated_at") }} as updated_at,
        {{ iso_to_utc("campaigns.scheduled_at") }} as scheduled_at,
        {{ iso_to_utc("campaigns.send_time") }} as sent_at
    from campaigns
    left join refused
        on campaigns.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
