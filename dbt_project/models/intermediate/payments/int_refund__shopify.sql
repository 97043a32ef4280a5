-- Grain: one row per Shopify refund that gave money back.
with

refunds as (
    select * from {{ ref('stg_shopify__refunds') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
)

select
    'shopify:refund:' || refunds.refund_id as refund_id,
    'shopify' as source,
    'shopify:order:' || refunds.order_id as payment_id,
    case
        when orders.shopify_customer_id is not null
            then 'shopify:customer:' || orders.shopify_customer_id
        else 'shopify:order:' || refunds.order_id
    end as record_key,
    refunds.created_at as refunded_at,
    refunds.amount_refunded as amount,
    refunds.currency,
    'succeeded' as refund_status,
    true as is_settled,
    refunds.refund_reason
from refunds
left join orders
    on refunds.order_id = orders.order_id
where orders.is_test is distinct from true and refunds.amount_refunded > 0
