-- Grain: one row per Stripe customer, deleted ones included.
with

customers as (
    select * from {{ source('stripe', 'customers') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_stripe__loads') }} as loads
    where loads.table_name = 'customers'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_stripe__rejected') }} as rejected
    where rejected.table_name = 'customers'
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
        coalesce(
            greatest(cast(customers._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ unix_to_utc("customers.created") }} as created_at
    from customers
    left join refused
        on cast(customers.id as varchar) = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
