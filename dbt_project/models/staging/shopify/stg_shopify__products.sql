-- Grain: one row per web product, deleted ones included.
with

products as (
    select * from {{ source('shopify', 'products') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_shopify__loads') }} as loads
    where loads.table_name = 'products'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_shopify__rejected') }} as rejected
    where rejected.table_name = 'products'
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
        coalesce(
            greatest(cast(products._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("products.created_at") }} as created_at,
        {{ iso_to_utc("products.updated_at") }} as updated_at,
        {{ iso_to_utc("products.published_at") }} as published_at
    from products
    left join refused
        on cast(products.id as varchar) = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
