-- Grain: one row per Square customer, type and value of an e-mail or phone.
with

customers as (
    select * from {{ ref('stg_square__customers') }}
),

payments as (
    select * from {{ ref('stg_square__payments') }}
),

sightings as (
    select
        customers.record_key,
        'email' as identifier_type,
        customers.email as value_raw,
        customers.created_at as seen_at
    from customers
    union all by name
    select
        customers.record_key,
        'phone' as identifier_type,
        customers.phone as value_raw,
        customers.created_at as seen_at
    from customers
    union all by name
    select
        'square:customer:' || payments.square_customer_id as record_key,
        'email' as identifier_type,
        payments.buyer_email as value_raw,
        payments.created_at as seen_at
    from payments
)

select
    sightings.record_key,
    sightings.identifier_type,
    sightings.value_raw,
    'own' as origin,
    min(sightings.seen_at) as seen_at
from sightings
where sightings.record_key is not null and sightings.value_raw is not null
group by sightings.record_key, sightings.identifier_type, sightings.value_raw
