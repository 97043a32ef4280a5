-- Grain: one row per line that came back with a Square order.
with

orders as (
    select * from {{ source('square', 'orders') }}
),

order_returns as (
    select
        orders.id as order_id,
        unnest({{ json_list("orders.returns") }}) as taken_back,
        generate_subscripts({{ json_list("orders.returns") }}, 1) as return_number
    from orders
),

items as (
    select
        order_returns.order_id,
        order_returns.return_number,
        {{ json_text("order_returns.taken_back", "$.source_order_id") }} as source_order_id,
        {{ json_list("json_extract(order_returns.taken_back, '$.return_line_items')") }} as items
    from order_returns
),

lines as (
    select
        items.order_id,
        items.return_number,
        items.source_order_id,
        unnest(items.items) as line,
        generate_subscripts(items.items, 1) as line_number
    from items
),

renamed as (
    select
        -- ids
        lines.order_id,
        lines.source_order_id,
        {{ json_text("lines.line", "$.source_line_item_uid") }} as source_line_uid,
        {{ json_text("lines.line", "$.catalog_object_id") }} as catalog_object_id,

        -- strings
        nullif(trim({{ json_text("lines.line", "$.name") }}), '') as item_name,
        nullif(trim({{ json_text("lines.line", "$.variation_name") }}), '') as variation_name,
        upper({{ json_text("lines.line", "$.total_money.currency") }}) as currency,

        -- numbers
        lines.return_number,
        lines.line_number,
        try_cast({{ json_text("lines.line", "$.quantity") }} as decimal(18, 5)) as quantity,
        try_cast(
            {{ json_text("lines.line", "$.gross_return_money.amount") }} as decimal(18, 0)
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
