-- Grain: one row per try of a card at a live Stripe payment.
with

payment_intents as (
    select * from {{ ref('stg_stripe__payment_intents') }}
),

charges as (
    select * from {{ ref('stg_stripe__charges') }}
),

tries as (
    select
        'stripe:charge:' || charges.charge_id as attempt_id,
        charges.payment_intent_id,
        charges.stripe_customer_id,
        charges.charge_id,
        charges.created_at,
        charges.amount_asked,
        charges.currency,
        case
            when charges.charge_status = 'failed' then 'declined'
            when charges.charge_status = 'pending' then 'pending'
            when charges.is_captured then 'succeeded'
            else 'not captured'
        end as outcome,
        -- The bank's own reason, where it gave one; else the card company's word.
        case
            when charges.charge_status = 'failed'
                then coalesce(charges.decline_reason, charges.failure_code)
        end as failure_code,
        charges.failure_message
    from charges
    where charges.is_live
),

-- An intent can be declined before any charge is made of it.
declined_without_charge as (
    select
        'stripe:payment_intent:' || payment_intents.payment_intent_id as attempt_id,
        payment_intents.payment_intent_id,
        payment_intents.stripe_customer_id,
        cast(null as varchar) as charge_id,
        payment_intents.created_at,
        payment_intents.amount_asked,
        payment_intents.currency,
        'declined' as outcome,
        payment_intents.decline_code as failure_code,
        payment_intents.failure_message
    from payment_intents
    left join tries
        on
            payment_intents.payment_intent_id = tries.payment_intent_id
            and tries.outcome = 'declined'
    where
        payment_intents.is_live
        and payment_intents.payment_intent_status = 'requires_payment_method'
        and payment_intents.decline_code is not null
        and tries.payment_intent_id is null
),

unioned as (
    select *
    from tries
    union all by name
    select *
    from declined_without_charge
)

select
    unioned.attempt_id,
    'stripe' as source,
    'stripe:payment_intent:' || unioned.payment_intent_id as payment_id,
    case
        when unioned.stripe_customer_id is not null
            then 'stripe:customer:' || unioned.stripe_customer_id
        when unioned.charge_id is not null then 'stripe:charge:' || unioned.charge_id
    end as record_key,
    unioned.created_at as attempted_at,
    unioned.amount_asked as amount,
    unioned.currency,
    unioned.outcome,
    unioned.failure_code,
    unioned.failure_message
from unioned
