-- Grain: one row per web customer, deleted ones included.
with

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

metafields as (
    select * from {{ ref('stg_shopify__customer_metafields') }}
),

-- Our own import wrote it beside a shared e-mail: a note for people, no evidence of who it is.
imported_as as (
    select
        metafields.shopify_customer_id,
        max(metafields.metafield_value) as noted_capitan_customer_id
    from metafields
    where
        metafields.metafield_namespace = 'basin'
        and metafields.metafield_key = 'capitan_customer_id'
    group by metafields.shopify_customer_id
)

select
    customers.shopify_customer_id,
    customers.given_name,
    customers.family_name,
    customers.email,
    customers.phone,
    customers.tags,
    imported_as.noted_capitan_customer_id,
    customers.order_count,
    customers.amount_spent,
    customers.is_deleted,
    customers.created_at,
    customers.updated_at
from customers
left join imported_as
    on customers.shopify_customer_id = imported_as.shopify_customer_id
