-- Grain: one row per SendGrid template, deleted ones included.
with

templates as (
    select * from {{ source('sendgrid', 'templates') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_sendgrid__loads') }} as loads
    where loads.table_name = 'templates'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_sendgrid__rejected') }} as rejected
    where rejected.table_name = 'templates'
),

renamed as (
    select
        -- ids
        templates.id as template_id,

        -- strings
        nullif(trim(templates.name), '') as template_name,
        templates.generation,

        -- numbers
        json_array_length(templates.versions) as version_count,

        -- booleans
        coalesce(
            greatest(cast(templates._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("templates.updated_at || 'Z'") }} as updated_at
    from templates
    left join refused
        on templates.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
