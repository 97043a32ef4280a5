-- Grain: one row per Shopify refund that gave money back.
with

refunds as (
    select * from {{ ref('stg_shopify__refunds') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

refund_lines as (
    select * from {{ ref('stg_shopify__refund_lines') }}
),

returned as (
    select
        refund_lines.refund_id,
        sum(refund_lines.amount_subtotal + refund_lines.amount_tax) as amount_total,
        sum(refund_lines.amount_tax) as amount_tax
    from refund_lines
    group by refund_lines.refund_id
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
    -- Money may go back without goods: then the tax inside it is all that is known.
    cast(
        case
            when returned.amount_total = refunds.amount_refunded then returned.amount_tax
            else {{ tax_included("refunds.amount_refunded") }}
        end as decimal(18, 2)
    ) as tax,
    cast(0 as decimal(18, 2)) as discount,
    refunds.currency,
    'succeeded' as refund_status,
    true as is_settled,
    refunds.refund_reason
from refunds
left join orders
    on refunds.order_id = orders.order_id
left join returned
    on refunds.refund_id = returned.refund_id
where orders.is_test is distinct from true and refunds.amount_refunded > 0
