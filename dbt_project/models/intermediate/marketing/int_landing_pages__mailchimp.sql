-- Grain: one row per landing page, deleted ones included.
with

landing_pages as (
    select * from {{ ref('stg_mailchimp__landing_pages') }}
)

select * from landing_pages
