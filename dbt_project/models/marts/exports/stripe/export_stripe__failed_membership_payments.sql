-- Grain: one row per membership payment of the last ninety days that has not succeeded.
with

settings as (
    select 90 as recent_days
),

payments as (
    select * from {{ ref('fct_payments') }}
),

payment_lines as (
    select * from {{ ref('int_payment_lines_categorised') }}
),

payment_attempts as (
    select * from {{ ref('fct_payment_attempts') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

last_declined as (
    select *
    from payment_attempts
    where payment_attempts.outcome = 'declined'
    qualify row_number() over (
        partition by payment_attempts.payment_id
        order by payment_attempts.attempt_number desc
    ) = 1
)

select
    split_part(payments.payment_id, ':', 3) as payment_intent_id,
    split_part(payment_lines.paid_for_key, ':', 3) as membership_id,
    payment_lines.category_text as description,
    last_declined.amount,
    payments.paid_at as created,
    payments.payment_status as status,
    last_declined.failure_code as decline_code,
    last_declined.failure_message,
    case
        when payments.record_key like 'stripe:customer:%'
            then split_part(payments.record_key, ':', 3)
    end as customer_id
from payments
inner join payment_lines
    on payments.payment_id = payment_lines.payment_id
inner join last_declined
    on payments.payment_id = last_declined.payment_id
cross join settings
cross join run
where
    payments.source = 'stripe'
    and payments.payment_status in ('failed', 'canceled')
    and payment_lines.paid_for_key like 'capitan:membership:%'
    and {{ days_between("payments.payment_date", "run.as_of_date") }} <= settings.recent_days
