-- Grain: one row per day of the business calendar, as the shop's own transactions state it.
with

transactions as (
    select * from {{ ref('stg_shopify__transactions') }}
),

settled as (
    select
        transactions.*,
        {{ business_date("coalesce(transactions.processed_at, transactions.created_at)") }} as day
    from transactions
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
