-- Grain: one row per day of the business calendar, as the shop's own transactions state it.
with

transactions as (
    select * from {{ ref('stg_shopify__transactions') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

-- What was taken counts on the day of its order, though the card may have answered after midnight.
settled as (
    select
        transactions.*,
        case
            when transactions.transaction_kind = 'refund'
                then
                    {{ business_date(
                        "coalesce(transactions.processed_at, transactions.created_at)"
                    ) }}
            else
                {{ business_date(
                    "coalesce(orders.processed_at, orders.created_at, transactions.created_at)"
                ) }}
        end as day
    from transactions
    left join orders
        on transactions.order_id = orders.order_id
    where transactions.transaction_status = 'success' and not transactions.is_test
)

select
    'shopify' as source,
    settled.day,
    coalesce(
        sum(settled.amount) filter (where settled.transaction_kind in ('sale', 'capture')), 0
    ) as gross,
    coalesce(sum(settled.amount) filter (where settled.transaction_kind = 'refund'), 0) as refunds,
    coalesce(sum(settled.fee), 0) as fees
from settled
where settled.transaction_kind in ('sale', 'capture', 'refund')
group by settled.day
