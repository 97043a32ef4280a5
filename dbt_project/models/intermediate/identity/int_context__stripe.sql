-- Grain: one row per Stripe payer and thing that the payer paid for.
with

payments as (
    select * from {{ ref('int_payment__stripe') }}
),

payment_lines as (
    select * from {{ ref('int_payment_line__stripe') }}
)

-- distinct: a membership is paid for every month.
select distinct
    payments.record_key,
    payment_lines.paid_for_key as context_key
from payments
inner join payment_lines
    on payments.payment_id = payment_lines.payment_id
where payments.record_key is not null and payment_lines.paid_for_key is not null
