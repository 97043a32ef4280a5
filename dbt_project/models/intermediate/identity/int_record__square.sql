-- Grain: one row per Square customer whom a payment names; Square says no more of them than that.
with

payments as (
    select * from {{ ref('stg_square__payments') }}
),

named as (
    select
        payments.square_customer_id,
        min(payments.created_at) as created_at
    from payments
    where payments.square_customer_id is not null
    group by payments.square_customer_id
)

select
    'square:customer:' || named.square_customer_id as record_key,
    'square' as source,
    cast(null as varchar) as given_name,
    cast(null as varchar) as family_name,
    cast(null as date) as birth_date,
    cast(null as varchar) as postal_address,
    false as is_deleted,
    named.created_at
from named
