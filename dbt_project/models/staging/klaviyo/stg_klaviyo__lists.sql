-- Grain: one row per Klaviyo list, deleted ones included.
with

lists as (
    select * from {{ source('klaviyo', 'lists') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_klaviyo__loads') }} as loads
    where loads.table_name = 'lists'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_klaviyo__rejected') }} as rejected
    where rejected.table_name = 'lists'
),

renamed as (
    select
        -- ids
        lists.id as list_id,

        -- strings
        nullif(trim(lists.name), '') as list_name,

        -- booleans
        coalesce(lists.opt_in_process = 'double_opt_in', false) as is_double_opt_in,
        coalesce(
            greatest(cast(lists._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("lists.created") }} as created_at,
        {{ iso_to_utc("lists.updated") }} as updated_at
    from lists
    left join refused
        on lists.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
