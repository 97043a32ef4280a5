-- Grain: one row per line of a web order.
with

orders as (
    select * from {{ source('shopify', 'orders') }}
),

lines as (
    select
        cast(orders.id as varchar) as order_id,
        unnest({{ json_list("orders.line_items") }}) as line,
        generate_subscripts({{ json_list("orders.line_items") }}, 1) as line_number
    from orders
),

taxes as (
    select
        lines.order_id,
        lines.line_number,
        unnest({{ json_list("json_extract(lines.line, '$.tax_lines')") }}) as tax
    from lines
),

taxes_summed as (
    select
        taxes.order_id,
        taxes.line_number,
        sum(try_cast({{ json_text("taxes.tax", "$.price") }} as decimal(18, 2))) as amount_tax
    from taxes
    group by taxes.order_id, taxes.line_number
),

discounts as (
    select
        lines.order_id,
        lines.line_number,
        unnest({{ json_list("json_extract(lines.line, '$.discount_allocations')") }}) as discount
    from lines
),

discounts_summed as (
    select
        discounts.order_id,
        discounts.line_number,
        sum(try_cast({{ json_text("discounts.discount", "$.amount") }} as decimal(18, 2)))
            as amount_discount
    from discounts
    group by discounts.order_id, discounts.line_number
),

renamed as (
    select
        -- ids
        lines.order_id,
        {{ json_text("lines.line", "$.id") }} as order_line_id,
        {{ json_text("lines.line", "$.product_id") }} as product_id,
        {{ json_text("lines.line", "$.variant_id") }} as variant_id,

        -- strings
        {{ json_text("lines.line", "$.sku") }} as sku,
        nullif(trim({{ json_text("lines.line", "$.title") }}), '') as product_title,
        nullif(trim({{ json_text("lines.line", "$.variant_title") }}), '') as variant_title,

        -- numbers
        lines.line_number,
        try_cast({{ json_text("lines.line", "$.quantity") }} as bigint) as quantity,
        try_cast({{ json_text("lines.line", "$.current_quantity") }} as bigint)
            as current_quantity,
        try_cast({{ json_text("lines.line", "$.price") }} as decimal(18, 2)) as unit_price,
        coalesce(discounts_summed.amount_discount, 0) as amount_discount,
        coalesce(taxes_summed.amount_tax, 0) as amount_tax
    from lines
    left join taxes_summed
        on
            lines.order_id = taxes_summed.order_id
            and lines.line_number = taxes_summed.line_number
    left join discounts_summed
        on
            lines.order_id = discounts_summed.order_id
            and lines.line_number = discounts_summed.line_number
)

select * from renamed
