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
),

-- What was paid in two ways goes back in two refunds of one return, each with its part of it.
shared as (
    select
        refunds.*,
        sum(refunds.amount_refunded) over returns as amount_of_return,
        sum(refunds.amount_refunded) over up_to_here as amount_so_far
    from refunds
    where refunds.refund_status not in ('FAILED', 'REJECTED')
    window
        returns as (partition by coalesce(refunds.order_id, refunds.refund_id)),
        up_to_here as (
            partition by coalesce(refunds.order_id, refunds.refund_id)
            order by refunds.created_at, refunds.refund_id
            rows between unbounded preceding and current row
        )
),

-- Rounded sums are taken apart, so that the parts add up to the whole.
parts as (
    select
        shared.refund_id,
        shared.amount_of_return = returned.amount_total as is_whole,
        round(returned.amount_tax * shared.amount_so_far / shared.amount_of_return, 2)
        - round(
            returned.amount_tax
            * (shared.amount_so_far - shared.amount_refunded)
            / shared.amount_of_return, 2
        ) as tax,
        round(returned.amount_discount * shared.amount_so_far / shared.amount_of_return, 2)
        - round(
            returned.amount_discount
            * (shared.amount_so_far - shared.amount_refunded)
            / shared.amount_of_return, 2
        ) as discount
    from shared
    inner join returned
        on shared.order_id = returned.order_id
    where shared.amount_of_return > 0
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
            when parts.is_whole then parts.tax
            else {{ tax_included("refunds.amount_refunded") }}
        end as decimal(18, 2)
    ) as tax,
    cast(coalesce(parts.discount, 0) as decimal(18, 2)) as discount,
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
left join parts
    on refunds.refund_id = parts.refund_id
