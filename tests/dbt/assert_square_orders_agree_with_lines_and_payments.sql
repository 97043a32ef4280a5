-- What Square says of an order as a whole equals its lines, and what was paid for it.
with

orders as (
    select * from {{ ref('stg_square__orders') }}
),

lines_summed as (
    select
        order_lines.order_id,
        sum(order_lines.amount_total) as amount
    from {{ ref('stg_square__order_lines') }} as order_lines
    group by order_lines.order_id
),

payments_summed as (
    select
        payments.order_id,
        sum(payments.amount_paid) as amount
    from {{ ref('stg_square__payments') }} as payments
    where payments.payment_status = 'COMPLETED'
    group by payments.order_id
),

compared as (
    select
        orders.order_id,
        orders.order_state,
        orders.amount_total,
        coalesce(lines_summed.amount, 0)
        + coalesce(orders.amount_tip, 0)
        + coalesce(orders.amount_service_charge, 0) as amount_of_lines,
        payments_summed.amount as amount_paid
    from orders
    left join lines_summed
        on orders.order_id = lines_summed.order_id
    left join payments_summed
        on orders.order_id = payments_summed.order_id
)

select *
from compared
where
    compared.amount_of_lines <> compared.amount_total
    or (compared.order_state = 'COMPLETED' and compared.amount_paid <> compared.amount_total)
