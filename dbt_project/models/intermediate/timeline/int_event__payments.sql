-- Grain: one row per paid line, settled refund and declined payment of any money source.
with

payment_lines as (
    select * from {{ ref('int_payment_lines_categorised') }}
),

payments as (
    select * from {{ ref('int_payment__unioned') }}
),

refunds as (
    select * from {{ ref('int_refund__unioned') }}
),

payment_attempts as (
    select * from {{ ref('int_payment_attempt__unioned') }}
),

-- What was bought happened to the person it was bought for; the payer stands in the details.
purchases as (
    select
        payment_lines.event_type,
        payments.source,
        payments.payment_id as subject,
        'line ' || payment_lines.line_key as role,
        payments.paid_at as occurred_at,
        coalesce(payment_lines.subject_record_key, payments.record_key) as record_key,
        case
            when coalesce(payment_lines.subject_record_key, payments.record_key) is null
                then 'unmatched'
            -- It names a membership or pass that no source knows: the payer is the next best.
            when
                payment_lines.paid_for_key is not null
                and payment_lines.subject_record_key is null
                then 'medium'
            else 'exact'
        end as attribution,
        payment_lines.gross as amount,
        payments.currency,
        json_object(
            'payment_id', payments.payment_id,
            'line_key', payment_lines.line_key,
            'product', payment_lines.product,
            'category', payment_lines.category,
            'paid_for_key', payment_lines.paid_for_key,
            'payer_record_key', payments.record_key
        ) as details
    from payment_lines
    inner join payments
        on payment_lines.payment_id = payments.payment_id
    where payments.payment_status = 'paid'
),

-- Money that went back or was refused concerns whoever pays.
refunded as (
    select
        'refund' as event_type,
        refunds.source,
        refunds.refund_id as subject,
        'payer' as role,
        refunds.refunded_at as occurred_at,
        refunds.record_key,
        case when refunds.record_key is null then 'unmatched' else 'exact' end as attribution,
        -refunds.amount as amount,
        refunds.currency,
        json_object('refund_id', refunds.refund_id, 'payment_id', refunds.payment_id) as details
    from refunds
    where refunds.is_settled
),

-- A payment that is declined again and again failed once, on the first attempt.
first_failures as (
    select *
    from payment_attempts
    where payment_attempts.outcome = 'declined'
    qualify row_number() over (
        partition by payment_attempts.payment_id
        order by payment_attempts.attempted_at, payment_attempts.attempt_id
    ) = 1
),

declined as (
    select
        'payment_failed' as event_type,
        first_failures.source,
        first_failures.payment_id as subject,
        'payer' as role,
        first_failures.attempted_at as occurred_at,
        first_failures.record_key,
        case
            when first_failures.record_key is null then 'unmatched'
            else 'exact'
        end as attribution,
        first_failures.amount,
        first_failures.currency,
        json_object(
            'payment_id', first_failures.payment_id,
            'failure_code', first_failures.failure_code
        ) as details
    from first_failures
),

conformed as (
    select *
    from purchases
    union all by name
    select *
    from refunded
    union all by name
    select *
    from declined
)

select
    {{ event_id(
        "conformed.event_type", "conformed.source", "conformed.subject", "conformed.role"
    ) }} as event_id,
    conformed.event_type,
    conformed.occurred_at,
    conformed.record_key,
    conformed.source,
    conformed.attribution,
    conformed.subject,
    conformed.amount,
    conformed.currency,
    conformed.details
from conformed
