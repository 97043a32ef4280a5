-- Grain: one row per live Stripe payment for a membership that was declined and not made good.
with

payment_intents as (
    select * from {{ ref('stg_stripe__payment_intents') }}
)

select
    payment_intents.payment_intent_id,
    nullif(regexp_extract(payment_intents.description, 'membership #([0-9]+)', 1), '')
        as membership_instance_id,
    payment_intents.stripe_customer_id,
    payment_intents.description,
    payment_intents.payment_intent_status,
    payment_intents.decline_code,
    payment_intents.failure_message,
    payment_intents.amount_asked,
    payment_intents.created_at
from payment_intents
where
    payment_intents.is_live
    and regexp_matches(lower(payment_intents.description), 'membership|renewal|initial payment')
    -- One that nobody has tried yet has not failed.
    and (
        payment_intents.payment_intent_status = 'canceled'
        or (
            payment_intents.payment_intent_status = 'requires_payment_method'
            and payment_intents.latest_charge_id is not null
        )
    )
