-- Grain: one row per Stripe record, type and value of an e-mail or phone it was seen with.
with

customers as (
    select * from {{ ref('stg_stripe__customers') }}
),

charges as (
    select * from {{ ref('stg_stripe__charges') }}
),

guests as (
    select
        'stripe:charge:' || charges.charge_id as record_key,
        coalesce(charges.billing_email, charges.receipt_email) as email,
        charges.billing_phone as phone,
        charges.created_at
    from charges
    where charges.is_live and charges.stripe_customer_id is null
),

payers as (
    select
        customers.record_key,
        customers.email,
        customers.phone,
        customers.created_at
    from customers
    where customers.is_live
    union all by name
    select *
    from guests
),

sightings as (
    select
        payers.record_key,
        'email' as identifier_type,
        payers.email as value_raw,
        'own' as origin,
        payers.created_at as seen_at
    from payers
    union all by name
    select
        payers.record_key,
        'phone' as identifier_type,
        payers.phone as value_raw,
        'own' as origin,
        payers.created_at as seen_at
    from payers
    union all by name
    -- Stripe gives each card one fingerprint, whoever pays with it.
    select
        coalesce(
            'stripe:customer:' || charges.stripe_customer_id,
            'stripe:charge:' || charges.charge_id
        ) as record_key,
        'card' as identifier_type,
        charges.card_fingerprint as value_raw,
        'own' as origin,
        min(charges.created_at) as seen_at
    from charges
    where charges.is_live
    group by all
)

select *
from sightings
where sightings.value_raw is not null
