-- Grain: one row per customer, with the household; who belongs to nobody is a household alone.
with

customers as (
    select * from {{ ref('dim_customers') }}
),

components as (
    select * from {{ ref('int_household__components') }}
)

select
    customers.customer_id,
    'h_' || {{ short_hash("coalesce(components.household_key, customers.customer_id)") }}
        as household_id,
    count(*) over (
        partition by coalesce(components.household_key, customers.customer_id)
    ) as household_size
from customers
left join components
    on customers.customer_id = components.customer_id
