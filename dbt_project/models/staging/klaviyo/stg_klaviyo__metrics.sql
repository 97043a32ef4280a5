-- Grain: one row per Klaviyo metric, deleted ones included.
with

metrics as (
    select * from {{ source('klaviyo', 'metrics') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_klaviyo__loads') }} as loads
    where loads.table_name = 'metrics'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_klaviyo__rejected') }} as rejected
    where rejected.table_name = 'metrics'
),

renamed as (
    select
        -- ids
        metrics.id as metric_id,

        -- strings
        nullif(trim(metrics.name), '') as metric_name,
        {{ json_text("metrics.integration", "$.key") }} as integration_key,

        -- booleans
        coalesce(
            greatest(cast(metrics._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("metrics.created") }} as created_at,
        {{ iso_to_utc("metrics.updated") }} as updated_at
    from metrics
    left join refused
        on metrics.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
