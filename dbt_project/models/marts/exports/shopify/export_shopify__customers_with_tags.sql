-- Grain: one row per web customer.
with

customers as (
    select * from {{ ref('int_shop_customers__shopify') }}
)

select
    customers.shopify_customer_id as customer_id,
    customers.email,
    customers.phone,
    customers.given_name as first_name,
    customers.family_name as last_name,
    customers.tags,
    customers.noted_capitan_customer_id as capitan_customer_id,
    customers.order_count as orders_count,
    customers.amount_spent as total_spent,
    customers.created_at,
    customers.updated_at
from customers
where not customers.is_deleted
