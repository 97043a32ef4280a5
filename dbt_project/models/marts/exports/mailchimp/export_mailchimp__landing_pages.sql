-- Grain: one row per landing page.
with

landing_pages as (
    select * from {{ ref('int_landing_pages__mailchimp') }}
)

select
    landing_pages.landing_page_id as page_id,
    landing_pages.page_name as name,
    landing_pages.page_title as title,
    landing_pages.page_url as url,
    landing_pages.page_status as status,
    landing_pages.published_at,
    landing_pages.unpublished_at,
    landing_pages.created_at,
    landing_pages.updated_at,
    landing_pages.list_id,
    -- The list of pages says nothing of who came; nothing else that is read does.
    cast(null as bigint) as visits,
    cast(null as bigint) as unique_visits,
    cast(null as bigint) as subscribes,
    cast(null as bigint) as clicks,
    cast(null as decimal(9, 6)) as conversion_rate
from landing_pages
where not landing_pages.is_deleted
