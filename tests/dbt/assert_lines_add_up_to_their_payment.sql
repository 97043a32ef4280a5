-- The lines of a payment add up to it, and no payment is without lines.
with

lines_summed as (
    select
        payment_lines.payment_id,
        sum(payment_lines.gross) as gross
    from {{ ref('fct_payment_lines') }} as payment_lines
    group by payment_lines.payment_id
)

select
    payments.payment_id,
    payments.gross,
    lines_summed.gross as gross_of_lines
from {{ ref('fct_payments') }} as payments
left join lines_summed
    on payments.payment_id = lines_summed.payment_id
where lines_summed.gross is distinct from payments.gross
