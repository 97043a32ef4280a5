-- Grain: one row per line of a Shopify order.
with

order_lines as (
    select * from {{ ref('int_shop_order_lines__shopify') }}
),

categorised as (
    select * from {{ ref('fct_payment_lines') }}
),

dated as (
    select
        order_lines.*,
        {{ business_date("order_lines.created_at") }} as order_date
    from order_lines
)

select
    dated.order_id,
    dated.order_number,
    dated.order_name,
    dated.created_at,
    dated.updated_at,
    dated.processed_at,
    dated.financial_status,
    dated.fulfillment_status,
    dated.shopify_customer_id as customer_id,
    dated.email as customer_email,
    dated.given_name as customer_first_name,
    dated.family_name as customer_last_name,
    dated.accepts_marketing as buyer_accepts_marketing,
    dated.order_line_id as line_item_id,
    dated.product_id,
    dated.variant_id,
    dated.product_title,
    dated.variant_title,
    dated.sku,
    dated.quantity,
    dated.unit_price as price,
    dated.amount_subtotal as subtotal,
    dated.amount_tax as total_tax,
    dated.amount_discount as total_discounts,
    dated.amount_total as total_price,
    dated.currency,
    dated.tags,
    dated.note,
    dated.source_name,
    case categorised.category
        when 'Day Pass' then 'Day Pass'
        when 'Event Booking' then 'Birthday Party'
        else 'Other'
    end as category,
    coalesce(categorised.day_pass_count, 0) as "Day Pass Count",
    dated.order_date as transaction_date,
    strftime(dated.order_date, '%Y-%m') as year_month
from dated
left join categorised
    on
        categorised.payment_id = 'shopify:order:' || dated.order_id
        and dated.order_line_id = categorised.line_key
