-- Grain: one row per day and product of the web shop, as last restated.
with

product_views as (
    select * from {{ ref('stg_google_analytics__product_views') }}
)

select
    product_views.row_key,
    product_views.report_date,
    product_views.item_name,
    product_views.added_count,
    product_views.purchased_count,
    product_views.is_sampled,
    product_views.is_thresholded,
    product_views.has_lost_rows
from product_views
where not product_views.is_deleted and product_views.report_date is not null
