-- Grain: one row per landing page, deleted ones included.
with

landing_pages as (
    select * from {{ source('mailchimp', 'landing_pages') }}
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
        {{ is_deleted('mailchimp', 'landing_pages', 'landing_pages') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("nullif(landing_pages.created_at, '')") }} as created_at,
        {{ iso_to_utc("nullif(landing_pages.published_at, '')") }} as published_at,
        {{ iso_to_utc("nullif(landing_pages.unpublished_at, '')") }} as unpublished_at,
        {{ iso_to_utc("nullif(landing_pages.updated_at, '')") }} as updated_at
    from landing_pages
)

select * from renamed
