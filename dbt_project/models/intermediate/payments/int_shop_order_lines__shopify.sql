-- Grain: one row per line of a Shopify order that is no test, with what the order says.
with

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

order_lines as (
    select * from {{ ref('stg_shopify__order_lines') }}
)

select
    orders.*,
    order_lines.order_line_id,
    order_lines.product_id,
    order_lines.variant_id,
    order_lines.product_title,
    order_lines.variant_title,
    order_lines.sku,
    order_lines.quantity,
    order_lines.unit_price
from order_lines
inner join orders
    on order_lines.order_id = orders.order_id
where not orders.is_test
