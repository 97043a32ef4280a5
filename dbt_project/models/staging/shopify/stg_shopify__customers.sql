-- Grain: one row per web customer, deleted ones included.
with

customers as (
    select * from {{ source('shopify', 'customers') }}
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
        {{ json_text("customers.email_marketing_consent", "$.opt_in_level") }}
            as email_opt_in_level,
        {{ json_text("customers.sms_marketing_consent", "$.state") }} as sms_consent_state,
        {{ json_text("customers.sms_marketing_consent", "$.opt_in_level") }} as sms_opt_in_level,
        nullif(customers.tags, '') as tags,
        nullif(trim(customers.note), '') as note,

        -- numbers
        customers.orders_count as order_count,
        try_cast(customers.total_spent as decimal(18, 2)) as amount_spent,

        -- booleans
        customers.verified_email as is_email_verified,
        {{ is_deleted('shopify', 'customers', 'customers') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc(json_text("customers.email_marketing_consent", "$.consent_updated_at")) }}
            as email_consent_at,
        {{ iso_to_utc(json_text("customers.sms_marketing_consent", "$.consent_updated_at")) }}
            as sms_consent_at,
        {{ iso_to_utc("customers.created_at") }} as created_at,
        {{ iso_to_utc("customers.updated_at") }} as updated_at
    from customers
)

select * from renamed
