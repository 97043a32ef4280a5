-- Grain: one row per Square customer in the directory, and per other one whom a payment names.
with

customers as (
    select * from {{ ref('stg_square__customers') }}
),

payments as (
    select * from {{ ref('stg_square__payments') }}
),

-- Of somebody whom the directory has lost Square says no more than the id.
named_only as (
    select
        'square:customer:' || payments.square_customer_id as record_key,
        true as is_deleted,
        min(payments.created_at) as created_at
    from payments
    left join customers
        on payments.square_customer_id = customers.square_customer_id
    where payments.square_customer_id is not null and customers.square_customer_id is null
    group by payments.square_customer_id
),

conformed as (
    select
        customers.record_key,
        customers.given_name,
        customers.family_name,
        customers.birth_date,
        customers.postal_address,
        customers.is_deleted,
        customers.created_at
    from customers
    union all by name
    select
        named_only.record_key,
        named_only.is_deleted,
        named_only.created_at
    from named_only
)

select
    conformed.record_key,
    'square' as source,
    conformed.given_name,
    conformed.family_name,
    conformed.birth_date,
    conformed.postal_address,
    conformed.is_deleted,
    conformed.created_at
from conformed
