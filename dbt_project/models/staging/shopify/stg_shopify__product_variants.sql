-- Grain: one row per sort of a web product.
with

products as (
    select * from {{ source('shopify', 'products') }}
),

variants as (
    select
        cast(products.id as varchar) as product_id,
        unnest({{ json_list("products.variants") }}) as variant,
        generate_subscripts({{ json_list("products.variants") }}, 1) as variant_number
    from products
),

renamed as (
    select
        -- ids
        variants.product_id,
        {{ json_text("variants.variant", "$.id") }} as variant_id,

        -- strings
        nullif(trim({{ json_text("variants.variant", "$.title") }}), '') as variant_title,
        {{ json_text("variants.variant", "$.sku") }} as sku,

        -- numbers
        variants.variant_number,
        try_cast({{ json_text("variants.variant", "$.price") }} as decimal(18, 2))
            as unit_price
    from variants
)

select * from renamed
