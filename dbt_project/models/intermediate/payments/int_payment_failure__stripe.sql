-- Grain: one row per declined attempt at a live Stripe payment.
with

payment_intents as (
    select * from {{ ref('stg_stripe__payment_intents') }}
),

charges as (
    select * from {{ ref('stg_stripe__charges') }}
),

failed_charges as (
    select
        'stripe:charge:' || charges.charge_id as failure_id,
        charges.payment_intent_id,
        charges.stripe_customer_id,
        charges.charge_id,
        charges.created_at,
        charges.amount_asked,
        charges.currency,
        charges.failure_code
    from charges
    where charges.is_live and charges.charge_status = 'failed'
),

-- An intent can be declined before any charge is made of it.
declined_without_charge as (
    select
        'stripe:payment_intent:' || payment_intents.payment_intent_id as failure_id,
        payment_intents.payment_intent_id,
        payment_intents.stripe_customer_id,
        cast(null as varchar) as charge_id,
        payment_intents.created_at,
        payment_intents.amount_asked,
        payment_intents.currency,
        payment_intents.decline_code as failure_code
    from payment_intents
    left join failed_charges
        on payment_intents.payment_intent_id = failed_charges.payment_intent_id
    where
        payment_intents.is_live
        and payment_intents.payment_intent_status = 'requires_payment_method'
        and payment_intents.decline_code is not null
        and failed_charges.payment_intent_id is null
),

unioned as (
    select *
    from failed_charges
    union all by name
    select *
    from declined_without_charge
)

select
    unioned.failure_id,
    'stripe' as source,
    'stripe:payment_intent:' || unioned.payment_intent_id as payment_id,
    case
        when unioned.stripe_customer_id is not null
            then 'stripe:customer:' || unioned.stripe_customer_id
        when unioned.charge_id is not null then 'stripe:charge:' || unioned.charge_id
    end as record_key,
    unioned.created_at as failed_at,
    unioned.amount_asked as amount,
    unioned.currency,
    unioned.failure_code
from unioned
