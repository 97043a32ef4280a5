-- Grain: one row per line of a Shopify order, and one for what an order cost beyond its lines.
with

payments as (
    select * from {{ ref('int_payment__shopify') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

order_lines as (
    select * from {{ ref('stg_shopify__order_lines') }}
),

priced as (
    select
        'shopify:order:' || order_lines.order_id as payment_id,
        order_lines.order_line_id as line_key,
        concat_ws(' ', order_lines.product_title, order_lines.variant_title) as product,
        order_lines.quantity,
        order_lines.unit_price * order_lines.quantity
        - order_lines.amount_discount
        + case when orders.is_tax_included then 0 else order_lines.amount_tax end as gross,
        order_lines.amount_discount as discount,
        order_lines.amount_tax as tax
    from order_lines
    inner join orders
        on order_lines.order_id = orders.order_id
),

priced_summed as (
    select
        priced.payment_id,
        sum(priced.gross) as gross,
        sum(priced.tax) as tax
    from priced
    group by priced.payment_id
),

-- Shipping, tips, and lines that were edited away.
remainders as (
    select
        payments.payment_id,
        'remainder' as line_key,
        'Shipping and other charges' as product,
        1 as quantity,
        payments.gross - coalesce(priced_summed.gross, 0) as gross,
        0 as discount,
        payments.tax - coalesce(priced_summed.tax, 0) as tax
    from payments
    left join priced_summed
        on payments.payment_id = priced_summed.payment_id
    where
        payments.payment_status = 'paid'
        and (payments.gross <> coalesce(priced_summed.gross, 0) or priced_summed.gross is null)
),

lines as (
    select *
    from priced
    union all by name
    select *
    from remainders
)

select
    lines.payment_id,
    lines.line_key,
    cast(null as varchar) as paid_for_key,
    lines.product,
    lines.product as category_text,
    lines.quantity,
    case when payments.payment_status = 'paid' then lines.gross else 0 end as gross,
    lines.discount,
    case when payments.payment_status = 'paid' then lines.tax else 0 end as tax
from lines
inner join payments
    on lines.payment_id = payments.payment_id
