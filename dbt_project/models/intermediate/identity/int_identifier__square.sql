-- Grain: one row per Square customer and e-mail that a payment gave for them.
with

payments as (
    select * from {{ ref('stg_square__payments') }}
)

select
    'square:customer:' || payments.square_customer_id as record_key,
    'email' as identifier_type,
    payments.buyer_email as value_raw,
    'own' as origin,
    min(payments.created_at) as seen_at
from payments
where payments.square_customer_id is not null and payments.buyer_email is not null
group by payments.square_customer_id, payments.buyer_email
