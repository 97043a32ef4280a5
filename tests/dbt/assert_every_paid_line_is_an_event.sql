-- Each line of a paid payment is exactly one happening, with the line's amount.
with

purchases as (
    select
        events.subject as payment_id,
        sum(events.amount) as amount,
        count(*) as event_count
    from {{ ref('int_event__unioned') }} as events
    inner join {{ ref('fct_payments') }} as payments
        on events.subject = payments.payment_id
    where events.event_type <> 'payment_failed'
    group by events.subject
),

paid_lines as (
    select
        payments.payment_id,
        sum(payment_lines.gross) as amount,
        count(*) as line_count
    from {{ ref('fct_payments') }} as payments
    inner join {{ ref('fct_payment_lines') }} as payment_lines
        on payments.payment_id = payment_lines.payment_id
    where payments.payment_status = 'paid'
    group by payments.payment_id
)

select
    paid_lines.payment_id,
    paid_lines.line_count,
    purchases.event_count
from paid_lines
full outer join purchases
    on paid_lines.payment_id = purchases.payment_id
where
    paid_lines.line_count is distinct from purchases.event_count
    or paid_lines.amount is distinct from purchases.amount
