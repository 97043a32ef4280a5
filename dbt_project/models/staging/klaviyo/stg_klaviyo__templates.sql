-- Grain: one row per Klaviyo template, deleted ones included.
with

templates as (
    select * from {{ source('klaviyo', 'templates') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_klaviyo__loads') }} as loads
    where loads.table_name = 'templates'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_klaviyo__rejected') }} as rejected
    where rejected.table_name = 'templates'
),

renamed as (
    select
        -- ids
        templates.id as template_id,

        -- strings
        nullif(trim(templates.name), '') as template_name,
        nullif(templates.html, '') as html,
        nullif(templates.text, '') as plain_text,

        -- booleans
        coalesce(
            greatest(cast(templates._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("templates.created") }} as created_at,
        {{ iso_to_utc("templates.updated") }} as updated_at
    from templates
    left join refused
        on templates.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
