-- Grain: one row per try to take money for a web order that is no test.
with

transactions as (
    select * from {{ ref('stg_shopify__transactions') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
)

select
    'shopify:transaction:' || transactions.transaction_id as attempt_id,
    'shopify' as source,
    'shopify:order:' || transactions.order_id as payment_id,
    case
        when orders.shopify_customer_id is not null
            then 'shopify:customer:' || orders.shopify_customer_id
        else 'shopify:order:' || transactions.order_id
    end as record_key,
    coalesce(transactions.processed_at, transactions.created_at) as attempted_at,
    transactions.amount,
    transactions.currency,
    case
        when transactions.transaction_status in ('failure', 'error') then 'declined'
        when transactions.transaction_status <> 'success' then 'pending'
        when transactions.transaction_kind = 'authorization' then 'not captured'
        else 'succeeded'
    end as outcome,
    transactions.failure_code,
    cast(null as varchar) as failure_message
from transactions
inner join orders
    on transactions.order_id = orders.order_id
where
    transactions.transaction_kind in ('sale', 'capture', 'authorization')
    and not transactions.is_test
    and not orders.is_test
