-- Grain: one row per Square refund.
with

refunds as (
    select * from {{ ref('stg_square__refunds') }}
),

payments as (
    select * from {{ ref('stg_square__payments') }}
),

return_lines as (
    select * from {{ ref('stg_square__return_lines') }}
),

-- What came back, with its own tax and the discount that it was sold with.
returned as (
    select
        return_lines.order_id,
        sum(return_lines.amount_total) as amount_total,
        sum(return_lines.amount_tax) as amount_tax,
        sum(return_lines.amount_discount) as amount_discount
    from return_lines
    -- A line that names nothing sold is money alone, whatever tax it states.
    where return_lines.source_line_uid is not null
    group by return_lines.order_id
)

select
    'square:refund:' || refunds.refund_id as refund_id,
    'square' as source,
    'square:payment:' || refunds.payment_id as payment_id,
    'square:customer:' || payments.square_customer_id as record_key,
    refunds.created_at as refunded_at,
    refunds.amount_refunded as amount,
    -- Money may go back without goods: then the tax inside it is all that is known.
    cast(
        case
            when returned.amount_total = refunds.amount_refunded then returned.amount_tax
            else {{ tax_included("refunds.amount_refunded") }}
        end as decimal(18, 2)
    ) as tax,
    cast(coalesce(returned.amount_discount, 0) as decimal(18, 2)) as discount,
    refunds.currency,
    case refunds.refund_status
        when 'COMPLETED' then 'succeeded'
        when 'PENDING' then 'pending'
        else 'failed'
    end as refund_status,
    refunds.refund_status = 'COMPLETED' as is_settled,
    refunds.refund_reason
from refunds
left join payments
    on refunds.payment_id = payments.payment_id
left join returned
    on refunds.order_id = returned.order_id
