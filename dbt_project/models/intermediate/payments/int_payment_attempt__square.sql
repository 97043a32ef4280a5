-- Grain: one row per Square payment, each of which is one try.
with

payments as (
    select * from {{ ref('stg_square__payments') }}
)

select
    'square:payment:' || payments.payment_id as attempt_id,
    'square' as source,
    'square:payment:' || payments.payment_id as payment_id,
    'square:customer:' || payments.square_customer_id as record_key,
    payments.created_at as attempted_at,
    payments.amount_paid as amount,
    payments.currency,
    case payments.payment_status
        when 'COMPLETED' then 'succeeded'
        when 'FAILED' then 'declined'
        when 'CANCELED' then 'canceled'
        when 'APPROVED' then 'not captured'
        else 'pending'
    end as outcome,
    cast(null as varchar) as failure_code,
    cast(null as varchar) as failure_message
from payments
