-- Grain: one row per web order, cancelled, refunded and test ones included.
with

orders as (
    select * from {{ source('shopify', 'orders') }}
),

renamed as (
    select
        -- ids
        cast(orders.id as varchar) as order_id,
        {{ json_text("orders.customer", "$.id") }} as shopify_customer_id,

        -- strings
        orders.name as order_name,
        cast(orders.order_number as varchar) as order_number,
        orders.financial_status,
        orders.fulfillment_status,
        orders.cancel_reason,
        coalesce(
            nullif(orders.email, ''),
            nullif(orders.contact_email, ''),
            {{ json_text("orders.customer", "$.email") }}
        ) as email,
        coalesce(nullif(orders.phone, ''), {{ json_text("orders.billing_address", "$.phone") }})
            as phone,
        nullif(trim(coalesce(
            {{ json_text("orders.customer", "$.first_name") }},
            {{ json_text("orders.billing_address", "$.first_name") }}
        )), '') as given_name,
        nullif(trim(coalesce(
            {{ json_text("orders.customer", "$.last_name") }},
            {{ json_text("orders.billing_address", "$.last_name") }}
        )), '') as family_name,
        {{ json_text("orders.billing_address", "$.address1") }} as address_line,
        {{ json_text("orders.billing_address", "$.zip") }} as postal_code,
        orders.source_name,
        nullif(orders.tags, '') as tags,
        nullif(trim(orders.note), '') as note,
        upper(orders.currency) as currency,

        -- numbers
        try_cast(orders.subtotal_price as decimal(18, 2)) as amount_subtotal,
        try_cast(orders.total_discounts as decimal(18, 2)) as amount_discount,
        try_cast(orders.total_tax as decimal(18, 2)) as amount_tax,
        try_cast(
            {{ json_text("orders.total_shipping_price_set", "$.shop_money.amount") }}
            as decimal(18, 2)
        ) as amount_shipping,
        try_cast(orders.total_tip_received as decimal(18, 2)) as amount_tip,
        try_cast(orders.total_price as decimal(18, 2)) as amount_total,
        try_cast(orders.total_outstanding as decimal(18, 2)) as amount_outstanding,
        try_cast(orders.current_total_price as decimal(18, 2)) as amount_current_total,

        -- booleans
        orders.buyer_accepts_marketing as accepts_marketing,
        orders.taxes_included as is_tax_included,
        coalesce(orders.test, false) as is_test,

        -- dates and times
        {{ iso_to_utc("orders.created_at") }} as created_at,
        {{ iso_to_utc("orders.updated_at") }} as updated_at,
        {{ iso_to_utc("orders.processed_at") }} as processed_at,
        {{ iso_to_utc("orders.cancelled_at") }} as cancelled_at
    from orders
)

select * from renamed
