-- Grain: one row per money source and way in which its sales are attributed to somebody.
with

payment_lines as (
    select * from {{ ref('fct_payment_lines') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

counted as (
    select
        payments.source,
        payment_lines.match_method,
        count(*) as line_count,
        sum(payment_lines.gross) as gross
    from payment_lines
    inner join payments
        on payment_lines.payment_id = payments.payment_id
    where payments.payment_status = 'paid'
    group by payments.source, payment_lines.match_method
)

select
    counted.source,
    counted.match_method,
    counted.line_count,
    counted.gross,
    round(
        counted.line_count / sum(counted.line_count) over (partition by counted.source), 4
    ) as line_share,
    round(counted.gross / sum(counted.gross) over (partition by counted.source), 4)
        as gross_share
from counted
