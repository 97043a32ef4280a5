-- Grain: one row per day of the business calendar, as Square's own payments state it.
with

payments as (
    select * from {{ ref('stg_square__payments') }}
),

refunds as (
    select * from {{ ref('stg_square__refunds') }}
),

movements as (
    select
        {{ business_date("payments.created_at") }} as day,
        payments.amount_paid as gross,
        cast(0 as decimal(18, 2)) as refunds,
        coalesce(payments.fee, 0) as fees
    from payments
    where payments.payment_status = 'COMPLETED'
    union all by name
    select
        {{ business_date("refunds.created_at") }} as day,
        cast(0 as decimal(18, 2)) as gross,
        refunds.amount_refunded as refunds,
        cast(0 as decimal(18, 2)) as fees
    from refunds
    where refunds.refund_status = 'COMPLETED'
)

select
    'square' as source,
    movements.day,
    sum(movements.gross) as gross,
    sum(movements.refunds) as refunds,
    sum(movements.fees) as fees
from movements
group by movements.day
