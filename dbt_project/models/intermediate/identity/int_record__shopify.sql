-- Grain: one row per Shopify customer, and one per order of a guest.
with

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

account_holders as (
    select
        customers.record_key,
        customers.given_name,
        customers.family_name,
        nullif(concat_ws(', ', customers.address_line, customers.postal_code), '')
            as postal_address,
        customers.is_deleted,
        customers.created_at
    from customers
),

guests as (
    select
        'shopify:order:' || orders.order_id as record_key,
        orders.given_name,
        orders.family_name,
        nullif(concat_ws(', ', orders.address_line, orders.postal_code), '') as postal_address,
        false as is_deleted,
        orders.created_at
    from orders
    where orders.shopify_customer_id is null and not orders.is_test
),

-- An order may name a customer whom the list of customers no longer has.
unlisted as (
    select
        'shopify:customer:' || orders.shopify_customer_id as record_key,
        orders.given_name,
        orders.family_name,
        cast(null as varchar) as postal_address,
        true as is_deleted,
        min(orders.created_at) over (partition by orders.shopify_customer_id) as created_at
    from orders
    left join customers
        on orders.shopify_customer_id = customers.shopify_customer_id
    where
        orders.shopify_customer_id is not null
        and customers.shopify_customer_id is null
        and not orders.is_test
    qualify row_number() over (
        partition by orders.shopify_customer_id
        order by orders.created_at desc, orders.order_id
    ) = 1
),

conformed as (
    select *
    from account_holders
    union all by name
    select *
    from guests
    union all by name
    select *
    from unlisted
)

select
    conformed.record_key,
    'shopify' as source,
    conformed.given_name,
    conformed.family_name,
    cast(null as date) as birth_date,
    conformed.postal_address,
    conformed.is_deleted,
    conformed.created_at
from conformed
