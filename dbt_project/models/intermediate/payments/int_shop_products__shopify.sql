-- Grain: one row per sort of a web product, products without sorts and deleted ones included.
with

products as (
    select * from {{ ref('stg_shopify__products') }}
),

product_variants as (
    select * from {{ ref('stg_shopify__product_variants') }}
)

select
    products.product_id,
    coalesce(product_variants.variant_number, 0) as variant_number,
    product_variants.variant_id,
    products.product_title,
    product_variants.variant_title,
    product_variants.sku,
    product_variants.unit_price,
    products.product_type,
    products.product_status,
    products.tags,
    products.is_deleted,
    products.created_at,
    products.updated_at,
    products.published_at
from products
left join product_variants
    on products.product_id = product_variants.product_id
