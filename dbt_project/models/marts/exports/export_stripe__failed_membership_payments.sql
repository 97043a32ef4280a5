-- Grain: one row per Stripe payment for a membership that was declined and not made good.
with

failed_payments as (
    select * from {{ ref('int_failed_membership_payments__stripe') }}
)

select
    failed_payments.payment_intent_id,
    failed_payments.membership_instance_id as membership_id,
    failed_payments.description,
    failed_payments.amount_asked as amount,
    failed_payments.created_at as created,
    failed_payments.payment_intent_status as status,
    failed_payments.decline_code,
    failed_payments.failure_message,
    failed_payments.stripe_customer_id as customer_id
from failed_payments
