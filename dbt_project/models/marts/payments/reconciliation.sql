-- Grain: one row per money source and month of the business calendar.
with

payments as (
    select * from {{ ref('fct_payments') }}
),

refunds as (
    select * from {{ ref('fct_refunds') }}
),

vendor_totals as (
    select * from {{ ref('int_vendor_total__unioned') }}
),

movements as (
    select
        payments.source,
        cast(date_trunc('month', payments.payment_date) as date) as month,
        payments.gross,
        cast(0 as decimal(18, 2)) as refunds,
        payments.fee as fees,
        1 as payments
    from payments
    where payments.payment_status = 'paid'
    union all by name
    select
        refunds.source,
        cast(date_trunc('month', refunds.refund_date) as date) as month,
        cast(0 as decimal(18, 2)) as gross,
        refunds.amount as refunds,
        cast(0 as decimal(18, 2)) as fees,
        0 as payments
    from refunds
    where refunds.is_settled
),

summed as (
    select
        movements.source,
        movements.month,
        sum(movements.gross) as gross,
        sum(movements.refunds) as refunds,
        sum(movements.fees) as fees,
        sum(movements.payments) as payments
    from movements
    group by movements.source, movements.month
)

select
    coalesce(summed.source, vendor_totals.source) as source,
    coalesce(summed.month, vendor_totals.month) as month,
    coalesce(summed.gross, 0) as gross,
    coalesce(summed.refunds, 0) as refunds,
    coalesce(summed.fees, 0) as fees,
    coalesce(summed.gross - summed.refunds - summed.fees, 0) as net,
    coalesce(summed.payments, 0) as payments,
    coalesce(vendor_totals.gross, 0) as vendor_gross,
    coalesce(vendor_totals.refunds, 0) as vendor_refunds,
    coalesce(vendor_totals.fees, 0) as vendor_fees,
    coalesce(vendor_totals.gross - vendor_totals.refunds - vendor_totals.fees, 0) as vendor_net
from summed
full outer join vendor_totals
    on
        summed.source = vendor_totals.source
        and summed.month = vendor_totals.month
