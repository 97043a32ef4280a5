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

loads as (
    select * from {{ ref('int_load__unioned') }}
),

-- A sale between the pulls of two tables is in one of them; the day of the earlier pull waits.
comparable as (
    select
        loads.source,
        cast(min(loads.loaded_on) - interval 1 day as date) as compared_until
    from loads
    group by loads.source
),

movements as (
    select
        payments.source,
        payments.payment_date as day,
        payments.gross,
        0 as refunds,
        payments.fee as fees,
        1 as payments,
        0 as vendor_gross,
        0 as vendor_refunds,
        0 as vendor_fees
    from payments
    where payments.payment_status = 'paid'
    union all by name
    select
        refunds.source,
        refunds.refund_date as day,
        0 as gross,
        refunds.amount as refunds,
        0 as fees,
        0 as payments,
        0 as vendor_gross,
        0 as vendor_refunds,
        0 as vendor_fees
    from refunds
    where refunds.is_settled
    union all by name
    select
        vendor_totals.source,
        vendor_totals.day,
        0 as gross,
        0 as refunds,
        0 as fees,
        0 as payments,
        vendor_totals.gross as vendor_gross,
        vendor_totals.refunds as vendor_refunds,
        vendor_totals.fees as vendor_fees
    from vendor_totals
),

dated as (
    select
        movements.*,
        comparable.compared_until,
        movements.day <= comparable.compared_until as is_comparable
    from movements
    left join comparable
        on movements.source = comparable.source
)

select
    dated.source,
    cast(date_trunc('month', dated.day) as date) as month,
    cast(sum(dated.gross) as decimal(18, 2)) as gross,
    cast(sum(dated.refunds) as decimal(18, 2)) as refunds,
    cast(sum(dated.fees) as decimal(18, 2)) as fees,
    cast(sum(dated.gross - dated.refunds - dated.fees) as decimal(18, 2)) as net,
    cast(sum(dated.payments) as bigint) as payments,
    cast(sum(dated.vendor_gross) as decimal(18, 2)) as vendor_gross,
    cast(sum(dated.vendor_refunds) as decimal(18, 2)) as vendor_refunds,
    cast(sum(dated.vendor_fees) as decimal(18, 2)) as vendor_fees,
    cast(
        sum(dated.vendor_gross - dated.vendor_refunds - dated.vendor_fees) as decimal(18, 2)
    ) as vendor_net,
    least(
        any_value(dated.compared_until),
        cast(date_trunc('month', dated.day) + interval 1 month - interval 1 day as date)
    ) as compared_until,
    cast(
        coalesce(sum(dated.gross - dated.vendor_gross) filter (where dated.is_comparable), 0)
        as decimal(18, 2)
    ) as gross_difference,
    cast(
        coalesce(sum(dated.refunds - dated.vendor_refunds) filter (where dated.is_comparable), 0)
        as decimal(18, 2)
    ) as refunds_difference,
    cast(
        coalesce(sum(dated.fees - dated.vendor_fees) filter (where dated.is_comparable), 0)
        as decimal(18, 2)
    ) as fees_difference
from dated
group by dated.source, date_trunc('month', dated.day)
