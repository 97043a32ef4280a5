-- Grain: one row per sort of a web product.
with

products as (
    select * from {{ ref('int_shop_products__shopify') }}
)

select
    products.product_id,
    products.variant_number,
    products.variant_id,
    products.product_title,
    products.variant_title,
    products.sku,
    products.unit_price as price,
    products.product_type,
    products.product_status as status,
    products.tags,
    products.created_at,
    products.updated_at,
    products.published_at
from products
where not products.is_deleted
