-- Grain: one row per Square payment and line of its order; one row for a payment without an order.
with

payments as (
    select * from {{ ref('stg_square__payments') }}
),

order_lines as (
    select * from {{ ref('stg_square__order_lines') }}
),

-- A payment of part of an order pays the same part of each of its lines.
shared_out as (
    select
        payments.payment_id,
        payments.payment_status,
        payments.amount_paid,
        order_lines.line_uid,
        order_lines.line_number,
        order_lines.item_name,
        order_lines.variation_name,
        order_lines.quantity,
        order_lines.amount_discount,
        order_lines.amount_tax,
        order_lines.amount_total,
        sum(order_lines.amount_total) over (partition by payments.payment_id) as order_total,
        max(order_lines.line_number) over (partition by payments.payment_id) as last_line_number
    from payments
    inner join order_lines
        on payments.order_id = order_lines.order_id
),

rounded as (
    select
        shared_out.*,
        case
            when shared_out.order_total = 0 then 0
            else round(
                shared_out.amount_paid * shared_out.amount_total / shared_out.order_total, 2
            )
        end as rounded_gross
    from shared_out
),

-- What rounding leaves over goes to the last line, so that the lines add up to the payment.
settled as (
    select
        rounded.*,
        cast(
            rounded.rounded_gross
            + case
                when rounded.line_number = rounded.last_line_number
                    then
                        rounded.amount_paid
                        - sum(rounded.rounded_gross) over (partition by rounded.payment_id)
                else 0
            end as decimal(18, 2)
        ) as gross
    from rounded
),

lines as (
    select
        settled.payment_id,
        settled.payment_status,
        settled.line_uid as line_key,
        concat_ws(' ', settled.item_name, settled.variation_name) as product,
        settled.quantity,
        settled.gross,
        settled.amount_discount as discount,
        case
            when settled.order_total = settled.amount_paid then settled.amount_tax
            when settled.order_total = 0 then 0
            else round(settled.amount_tax * settled.amount_paid / settled.order_total, 2)
        end as tax
    from settled
    union all by name
    select
        payments.payment_id,
        payments.payment_status,
        'payment' as line_key,
        payments.note as product,
        1 as quantity,
        payments.amount_paid as gross,
        0 as discount,
        {{ tax_included("payments.amount_paid") }} as tax
    from payments
    left join shared_out
        on payments.payment_id = shared_out.payment_id
    where shared_out.payment_id is null
)

select
    'square:payment:' || lines.payment_id as payment_id,
    lines.line_key,
    cast(null as varchar) as paid_for_key,
    coalesce(nullif(lines.product, ''), 'No Description') as product,
    coalesce(nullif(lines.product, ''), 'No Description') as category_text,
    lines.quantity,
    case when lines.payment_status = 'COMPLETED' then lines.gross else 0 end as gross,
    coalesce(lines.discount, 0) as discount,
    case
        when lines.payment_status = 'COMPLETED' then cast(lines.tax as decimal(18, 2))
        else 0
    end as tax
from lines
