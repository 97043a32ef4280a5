-- Grain: one row per refund, pending and failed ones included.
with

refunds as (
    select * from {{ ref('int_refund__unioned') }}
)

select
    refunds.refund_id,
    refunds.source,
    refunds.payment_id,
    refunds.record_key,
    refunds.refunded_at,
    {{ business_date("refunds.refunded_at") }} as refund_date,
    refunds.amount,
    refunds.tax,
    refunds.discount,
    refunds.currency,
    refunds.refund_status,
    refunds.is_settled,
    refunds.refund_reason
from refunds
