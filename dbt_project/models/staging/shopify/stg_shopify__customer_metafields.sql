-- Grain: one row per web customer and metafield.
with

customer_metafields as (
    select * from {{ source('shopify', 'customer_metafields') }}
),

renamed as (
    select
        -- ids
        regexp_replace(customer_metafields.id, '^.*/', '') as metafield_id,
        customer_metafields.customer_id as shopify_customer_id,

        -- strings
        customer_metafields.namespace as metafield_namespace,
        customer_metafields.key as metafield_key,
        customer_metafields.type as metafield_type,
        customer_metafields.value as metafield_value,

        -- dates and times
        {{ iso_to_utc("customer_metafields.created_at") }} as created_at,
        {{ iso_to_utc("customer_metafields.updated_at") }} as updated_at
    from customer_metafields
)

select * from renamed
