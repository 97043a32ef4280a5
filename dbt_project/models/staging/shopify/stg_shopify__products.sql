-- Grain: one row per web product, deleted ones included.
with

products as (
    select * from {{ source('shopify', 'products') }}
),

renamed as (
    select
        -- ids
        cast(products.id as varchar) as product_id,

        -- strings
        nullif(trim(products.title), '') as product_title,
        nullif(products.product_type, '') as product_type,
        products.status as product_status,
        nullif(products.tags, '') as tags,

        -- booleans
        {{ is_deleted('shopify', 'products', 'products') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("products.created_at") }} as created_at,
        {{ iso_to_utc("products.updated_at") }} as updated_at,
        {{ iso_to_utc("products.published_at") }} as published_at
    from products
)

select * from renamed
