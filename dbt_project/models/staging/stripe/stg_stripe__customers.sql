-- Grain: one row per Stripe customer, deleted ones included.
with

customers as (
    select * from {{ source('stripe', 'customers') }}
),

renamed as (
    select
        -- ids
        customers.id as stripe_customer_id,
        'stripe:customer:' || customers.id as record_key,

        -- strings
        nullif(trim(customers.name), '') as full_name,
        nullif(customers.email, '') as email,
        nullif(customers.phone, '') as phone,
        {{ json_text("customers.address", "$.line1") }} as address_line,
        {{ json_text("customers.address", "$.postal_code") }} as postal_code,

        -- booleans
        customers.livemode as is_live,
        {{ is_deleted('stripe', 'customers', 'customers') }} as is_deleted,

        -- dates and times
        {{ unix_to_utc("customers.created") }} as created_at
    from customers
)

select * from renamed
