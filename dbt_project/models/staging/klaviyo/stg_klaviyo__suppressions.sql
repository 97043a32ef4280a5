-- Grain: one row per Klaviyo profile and reason to send it no e-mail, lifted ones included.
with

suppressions as (
    select * from {{ source('klaviyo', 'suppressions') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_klaviyo__loads') }} as loads
    where loads.table_name = 'suppressions'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_klaviyo__rejected') }} as rejected
    where rejected.table_name = 'suppressions'
),

renamed as (
    select
        -- ids
        suppressions.profile_id,
        'klaviyo:profile:' || suppressions.profile_id as record_key,

        -- strings
        suppressions.reason as suppression_reason,

        -- booleans
        coalesce(
            greatest(cast(suppressions._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("suppressions.timestamp") }} as suppressed_at
    from suppressions
    left join refused
        on suppressions.profile_id || '-' || suppressions.reason = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
