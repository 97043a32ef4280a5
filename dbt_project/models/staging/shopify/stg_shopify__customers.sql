-- Grain: one row per web customer, deleted ones included.
with

customers as (
    select * from {{ source('shopify', 'customers') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_shopify__loads') }} as loads
    where loads.table_name = 'customers'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_shopify__rejected') }} as rejected
    where rejected.table_name = 'customers'
),

renamed as (
    select
        -- ids
        cast(customers.id as varchar) as shopify_customer_id,
        'shopify:customer:' || customers.id as record_key,

        -- strings
        nullif(trim(customers.first_name), '') as given_name,
        nullif(trim(customers.last_name), '') as family_name,
        nullif(customers.email, '') as email,
        coalesce(
            nullif(customers.phone, ''),
            {{ json_text("customers.default_address", "$.phone") }}
        ) as phone,
        {{ json_text("customers.default_address", "$.address1") }} as address_line,
        {{ json_text("customers.default_address", "$.zip") }} as postal_code,
        customers.state as account_state,
        {{ json_text("customers.email_marketing_consent", "$.state") }} as email_consent_state,
        {{ json_text("customers.sms_marketing_consent", "$.state") }} as sms_consent_state,
        nullif(customers.tags, '') as tags,
        nullif(trim(customers.note), '') as note,

        -- numbers
        customers.orders_count as order_count,
        try_cast(customers.total_spent as decimal(18, 2)) as amount_spent,

        -- booleans
        customers.verified_email as is_email_verified,
        coalesce(
            greatest(cast(customers._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc(json_text("customers.email_marketing_consent", "$.consent_updated_at")) }}
            as email_consent_at,
        {{ iso_to_utc(json_text("customers.sms_marketing_consent", "$.consent_updated_at")) }}
            as sms_consent_at,
        {{ iso_to_utc("customers.created_at") }} as created_at,
        {{ iso_to_utc("customers.updated_at") }} as updated_at
    from customers
    left join refused
        on cast(customers.id as varchar) = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
