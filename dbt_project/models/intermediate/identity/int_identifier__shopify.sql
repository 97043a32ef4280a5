-- Grain: one row per Shopify record, type and value of an e-mail or phone it was seen with.
with

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

buyers as (
    select
        customers.record_key,
        customers.email,
        customers.phone,
        customers.created_at
    from customers
    union all by name
    select
        'shopify:order:' || orders.order_id as record_key,
        orders.email,
        orders.phone,
        orders.created_at
    from orders
    where orders.shopify_customer_id is null and not orders.is_test
)

select
    buyers.record_key,
    'email' as identifier_type,
    buyers.email as value_raw,
    'own' as origin,
    buyers.created_at as seen_at
from buyers
where buyers.email is not null
union all by name
select
    buyers.record_key,
    'phone' as identifier_type,
    buyers.phone as value_raw,
    'own' as origin,
    buyers.created_at as seen_at
from buyers
where buyers.phone is not null
