-- Grain: one row per landing page, deleted ones included.
with

landing_pages as (
    select * from {{ source('mailchimp', 'landing_pages') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_mailchimp__loads') }} as loads
    where loads.table_name = 'landing_pages'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_mailchimp__rejected') }} as rejected
    where rejected.table_name = 'landing_pages'
),

renamed as (
    select
        -- ids
        landing_pages.id as landing_page_id,
        landing_pages.list_id,

        -- strings
        nullif(trim(landing_pages.name), '') as page_name,
        nullif(trim(landing_pages.title), '') as page_title,
        landing_pages.status as page_status,
        nullif(landing_pages.url, '') as page_url,

        -- booleans
        coalesce(
            greatest(cast(landing_pages._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("nullif(landing_pages.created_at, '')") }} as created_at,
        {{ iso_to_utc("nullif(landing_pages.published_at, '')") }} as published_at,
        {{ iso_to_utc("nullif(landing_pages.unpublished_at, '')") }} as unpublished_at,
        {{ iso_to_utc("nullif(landing_pages.updated_at, '')") }} as updated_at
    from landing_pages
    left join refused
        on landing_pages.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
