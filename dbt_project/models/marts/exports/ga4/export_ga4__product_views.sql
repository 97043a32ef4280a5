-- Grain: one row per day and product of the web shop.
with

product_views as (
    select * from {{ ref('int_product_views__google_analytics') }}
)

select
    product_views.report_date as date,
    product_views.item_name,
    product_views.added_count as items_added_to_cart,
    product_views.purchased_count as items_purchased
from product_views
