-- Grain: one row per Square payment.
with

payments as (
    select * from {{ ref('stg_square__payments') }}
),

lines as (
    select * from {{ ref('int_payment_line__square') }}
),

refunds as (
    select * from {{ ref('int_refund__square') }}
),

taxes_summed as (
    select
        lines.payment_id,
        sum(lines.tax) as tax
    from lines
    group by lines.payment_id
),

refunds_summed as (
    select
        refunds.payment_id,
        sum(refunds.amount) as refunded
    from refunds
    where refunds.is_settled
    group by refunds.payment_id
)

select
    'square:payment:' || payments.payment_id as payment_id,
    'square' as source,
    'square:customer:' || payments.square_customer_id as record_key,
    case
        when payments.square_customer_id is null then 'unmatched'
        else 'exact'
    end as attribution,
    payments.created_at as paid_at,
    case when payments.payment_status = 'COMPLETED' then payments.amount_paid else 0 end as gross,
    coalesce(refunds_summed.refunded, 0) as refunded,
    case
        when payments.payment_status = 'COMPLETED' then coalesce(payments.fee, 0)
        else 0
    end as fee,
    coalesce(taxes_summed.tax, 0) as tax,
    payments.currency,
    case payments.payment_status
        when 'COMPLETED' then 'paid'
        when 'FAILED' then 'failed'
        when 'CANCELED' then 'canceled'
        else 'open'
    end as payment_status
from payments
left join taxes_summed
    on taxes_summed.payment_id = 'square:payment:' || payments.payment_id
left join refunds_summed
    on refunds_summed.payment_id = 'square:payment:' || payments.payment_id
