-- Grain: one row per Klaviyo flow, deleted ones included.
with

flows as (
    select * from {{ source('klaviyo', 'flows') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_klaviyo__loads') }} as loads
    where loads.table_name = 'flows'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_klaviyo__rejected') }} as rejected
    where rejected.table_name = 'flows'
),

renamed as (
    select
        -- ids
        flows.id as flow_id,

        -- strings
        nullif(trim(flows.name), '') as flow_name,
        flows.status as flow_status,
        flows.trigger_type,

        -- booleans
        coalesce(flows.archived, false) as is_archived,
        coalesce(
            greatest(cast(flows._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("flows.created") }} as created_at,
        {{ iso_to_utc("flows.updated") }} as updated_at
    from flows
    left join refused
        on flows.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
