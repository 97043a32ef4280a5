-- Grain: one row per declined Square payment.
with

payments as (
    select * from {{ ref('stg_square__payments') }}
)

select
    'square:payment:' || payments.payment_id as failure_id,
    'square' as source,
    'square:payment:' || payments.payment_id as payment_id,
    'square:customer:' || payments.square_customer_id as record_key,
    payments.created_at as failed_at,
    payments.amount_paid as amount,
    payments.currency,
    cast(null as varchar) as failure_code
from payments
where payments.payment_status = 'FAILED' and payments.square_customer_id is not null
