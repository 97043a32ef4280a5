-- Grain: one row per Square order, open, cancelled and returned ones included.
with

orders as (
    select * from {{ source('square', 'orders') }}
),

renamed as (
    select
        -- ids
        orders.id as order_id,
        orders.location_id,
        nullif(orders.customer_id, '') as square_customer_id,

        -- strings
        orders.state as order_state,
        {{ json_text("orders.source", "$.name") }} as order_source,
        nullif(trim(orders.ticket_name), '') as ticket_name,
        upper({{ json_text("orders.total_money", "$.currency") }}) as currency,

        -- numbers
        try_cast({{ json_text("orders.total_money", "$.amount") }} as decimal(18, 0)) * 0.01
            as amount_total,
        try_cast({{ json_text("orders.total_tax_money", "$.amount") }} as decimal(18, 0)) * 0.01
            as amount_tax,
        try_cast(
            {{ json_text("orders.total_discount_money", "$.amount") }} as decimal(18, 0)
        ) * 0.01 as amount_discount,
        try_cast({{ json_text("orders.total_tip_money", "$.amount") }} as decimal(18, 0)) * 0.01
            as amount_tip,
        try_cast(
            {{ json_text("orders.total_service_charge_money", "$.amount") }} as decimal(18, 0)
        ) * 0.01 as amount_service_charge,
        try_cast(
            {{ json_text("orders.return_amounts", "$.total_money.amount") }} as decimal(18, 0)
        ) * 0.01 as amount_returned,

        -- dates and times
        {{ iso_to_utc("orders.created_at") }} as created_at,
        {{ iso_to_utc("orders.updated_at") }} as updated_at,
        {{ iso_to_utc("orders.closed_at") }} as closed_at
    from orders
)

select * from renamed
