-- Grain: one row per try to take money, declined ones included.
with

payment_attempts as (
    select * from {{ ref('int_payment_attempt__unioned') }}
)

select
    payment_attempts.attempt_id,
    payment_attempts.source,
    payment_attempts.payment_id,
    payment_attempts.record_key,
    row_number() over (
        partition by payment_attempts.payment_id
        order by payment_attempts.attempted_at, payment_attempts.attempt_id
    ) as attempt_number,
    payment_attempts.attempted_at,
    {{ business_date("payment_attempts.attempted_at") }} as attempt_date,
    payment_attempts.amount,
    payment_attempts.currency,
    payment_attempts.outcome,
    payment_attempts.failure_code,
    payment_attempts.failure_message
from payment_attempts
