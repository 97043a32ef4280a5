-- Grain: one row per payment, attempts that took no money included.
with

payments as (
    select * from {{ ref('int_payment__unioned') }}
)

select
    payments.payment_id,
    payments.source,
    payments.record_key,
    payments.attribution,
    payments.paid_at,
    {{ business_date("payments.paid_at") }} as payment_date,
    payments.gross,
    payments.refunded,
    payments.fee,
    payments.tax,
    payments.gross - payments.refunded - payments.fee as net,
    payments.currency,
    payments.payment_status
from payments
