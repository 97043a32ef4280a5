-- Grain: one row per line that came back with a web refund.
with

refunds as (
    select * from {{ source('shopify', 'refunds') }}
),

lines as (
    select
        regexp_replace(refunds.id, '^.*/', '') as refund_id,
        refunds.order_id,
        unnest({{ json_list("refunds.refund_line_items") }}) as line,
        generate_subscripts({{ json_list("refunds.refund_line_items") }}, 1) as line_number
    from refunds
),

renamed as (
    select
        -- ids
        lines.refund_id,
        lines.order_id,
        regexp_replace({{ json_text("lines.line", "$.lineItem.id") }}, '^.*/', '')
            as order_line_id,

        -- strings
        lower({{ json_text("lines.line", "$.restockType") }}) as restock_type,

        -- numbers
        lines.line_number,
        try_cast({{ json_text("lines.line", "$.quantity") }} as bigint) as quantity,
        try_cast({{ json_text("lines.line", "$.subtotalSet.shopMoney.amount") }} as decimal(18, 2))
            as amount_subtotal,
        try_cast({{ json_text("lines.line", "$.totalTaxSet.shopMoney.amount") }} as decimal(18, 2))
            as amount_tax
    from lines
)

select * from renamed
