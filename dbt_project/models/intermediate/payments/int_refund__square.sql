-- Grain: one row per Square refund.
with

refunds as (
    select * from {{ ref('stg_square__refunds') }}
),

payments as (
    select * from {{ ref('stg_square__payments') }}
)

select
    'square:refund:' || refunds.refund_id as refund_id,
    'square' as source,
    'square:payment:' || refunds.payment_id as payment_id,
    'square:customer:' || payments.square_customer_id as record_key,
    refunds.created_at as refunded_at,
    refunds.amount_refunded as amount,
    refunds.currency,
    case refunds.refund_status
        when 'COMPLETED' then 'succeeded'
        when 'PENDING' then 'pending'
        else 'failed'
    end as refund_status,
    refunds.refund_status = 'COMPLETED' as is_settled,
    refunds.refund_reason
from refunds
left join payments
    on refunds.payment_id = payments.payment_id
