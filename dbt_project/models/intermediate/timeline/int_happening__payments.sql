-- Grain: one row per money source, table, kind of event and reason for making none.
{{ config(materialized='view') }}

with

payment_intents as (
    select * from {{ ref('stg_stripe__payment_intents') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

payments as (
    select * from {{ ref('int_payment__unioned') }}
),

payment_lines as (
    select * from {{ ref('int_payment_lines_categorised') }}
),

payment_attempts as (
    select * from {{ ref('int_payment_attempt__unioned') }}
),

refunds as (
    select * from {{ ref('int_refund__unioned') }}
),

uncaptured as (
    select payment_attempts.payment_id
    from payment_attempts
    where payment_attempts.outcome = 'not captured'
    group by payment_attempts.payment_id
),

source_rows as (
    select
        payments.source,
        'payment lines' as table_name,
        payment_lines.event_type,
        case
            when payments.payment_status = 'paid' then null
            when uncaptured.payment_id is not null then 'reserved on a card and never taken'
            else 'no money was taken: ' || payments.payment_status
        end as reason,
        1 as row_count
    from payment_lines
    inner join payments
        on payment_lines.payment_id = payments.payment_id
    left join uncaptured
        on payments.payment_id = uncaptured.payment_id
    union all by name
    select
        'stripe' as source,
        'payment lines' as table_name,
        'other_purchase' as event_type,
        'a test' as reason,
        1 as row_count
    from payment_intents
    where not payment_intents.is_live
    union all by name
    select
        'shopify' as source,
        'payment lines' as table_name,
        'other_purchase' as event_type,
        'a test' as reason,
        1 as row_count
    from orders
    where orders.is_test
    union all by name
    select
        refunds.source,
        'refunds' as table_name,
        'refund' as event_type,
        case
            when not refunds.is_settled then 'the money has not left: ' || refunds.refund_status
        end
            as reason,
        1 as row_count
    from refunds
    union all by name
    select
        payment_attempts.source,
        'declined attempts' as table_name,
        'payment_failed' as event_type,
        case
            when
                row_number() over (
                    partition by payment_attempts.payment_id
                    order by payment_attempts.attempted_at, payment_attempts.attempt_id
                ) > 1
                then 'the payment had been declined before'
        end as reason,
        1 as row_count
    from payment_attempts
    where payment_attempts.outcome = 'declined'
)

select
    source_rows.source,
    source_rows.table_name,
    coalesce(source_rows.event_type, 'none') as event_type,
    coalesce(source_rows.reason, 'made') as outcome,
    sum(source_rows.row_count) as row_count
from source_rows
group by
    source_rows.source,
    source_rows.table_name,
    coalesce(source_rows.event_type, 'none'),
    coalesce(source_rows.reason, 'made')
