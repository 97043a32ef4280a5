-- Grain: one row per line of a Square order.
with

orders as (
    select * from {{ source('square', 'orders') }}
),

lines as (
    select
        orders.id as order_id,
        unnest({{ json_list("orders.line_items") }}) as line,
        generate_subscripts({{ json_list("orders.line_items") }}, 1) as line_number
    from orders
),

renamed as (
    select
        -- ids
        lines.order_id,
        {{ json_text("lines.line", "$.uid") }} as line_uid,
        {{ json_text("lines.line", "$.catalog_object_id") }} as catalog_object_id,

        -- strings
        nullif(trim({{ json_text("lines.line", "$.name") }}), '') as item_name,
        nullif(trim({{ json_text("lines.line", "$.variation_name") }}), '') as variation_name,
        {{ json_text("lines.line", "$.item_type") }} as item_type,
        nullif(trim({{ json_text("lines.line", "$.note") }}), '') as note,
        upper({{ json_text("lines.line", "$.total_money.currency") }}) as currency,

        -- numbers
        lines.line_number,
        try_cast({{ json_text("lines.line", "$.quantity") }} as decimal(18, 5)) as quantity,
        try_cast(
            {{ json_text("lines.line", "$.base_price_money.amount") }} as decimal(18, 0)
        ) * 0.01 as unit_price,
        try_cast(
            {{ json_text("lines.line", "$.gross_sales_money.amount") }} as decimal(18, 0)
        ) * 0.01 as amount_gross,
        try_cast(
            {{ json_text("lines.line", "$.total_discount_money.amount") }} as decimal(18, 0)
        ) * 0.01 as amount_discount,
        try_cast(
            {{ json_text("lines.line", "$.total_tax_money.amount") }} as decimal(18, 0)
        ) * 0.01 as amount_tax,
        try_cast({{ json_text("lines.line", "$.total_money.amount") }} as decimal(18, 0)) * 0.01
            as amount_total
    from lines
)

select * from renamed
