-- Grain: one row per Shopify order that is no test.
with

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

transactions as (
    select * from {{ ref('stg_shopify__transactions') }}
),

refunds as (
    select * from {{ ref('int_refund__shopify') }}
),

refunds_summed as (
    select
        refunds.payment_id,
        sum(refunds.amount) as refunded
    from refunds
    where refunds.is_settled
    group by refunds.payment_id
),

-- The gateway's fee, where the shop is told of it.
fees_summed as (
    select
        transactions.order_id,
        sum(transactions.fee) as fee
    from transactions
    where transactions.transaction_status = 'success' and not transactions.is_test
    group by transactions.order_id
),

judged as (
    select
        orders.*,
        case
            when orders.financial_status in ('paid', 'partially_refunded', 'refunded') then 'paid'
            when orders.financial_status = 'voided' then 'canceled'
            else 'open'
        end as payment_status
    from orders
    where not orders.is_test
)

select
    'shopify:order:' || judged.order_id as payment_id,
    'shopify' as source,
    case
        when judged.shopify_customer_id is not null
            then 'shopify:customer:' || judged.shopify_customer_id
        else 'shopify:order:' || judged.order_id
    end as record_key,
    'exact' as attribution,
    coalesce(judged.processed_at, judged.created_at) as paid_at,
    case when judged.payment_status = 'paid' then judged.amount_total else 0 end as gross,
    coalesce(refunds_summed.refunded, 0) as refunded,
    coalesce(fees_summed.fee, 0) as fee,
    case when judged.payment_status = 'paid' then judged.amount_tax else 0 end as tax,
    judged.currency,
    judged.payment_status
from judged
left join refunds_summed
    on refunds_summed.payment_id = 'shopify:order:' || judged.order_id
left join fees_summed
    on judged.order_id = fees_summed.order_id
