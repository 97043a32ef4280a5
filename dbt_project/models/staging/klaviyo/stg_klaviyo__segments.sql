-- Grain: one row per Klaviyo segment, deleted ones included.
with

segments as (
    select * from {{ source('klaviyo', 'segments') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_klaviyo__loads') }} as loads
    where loads.table_name = 'segments'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_klaviyo__rejected') }} as rejected
    where rejected.table_name = 'segments'
),

renamed as (
    select
        -- ids
        segments.id as segment_id,

        -- strings
        nullif(trim(segments.name), '') as segment_name,
        segments.definition as segment_rules,

        -- booleans
        coalesce(segments.is_active, false) as is_active,
        coalesce(
            greatest(cast(segments._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("segments.created") }} as created_at,
        {{ iso_to_utc("segments.updated") }} as updated_at
    from segments
    left join refused
        on segments.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
