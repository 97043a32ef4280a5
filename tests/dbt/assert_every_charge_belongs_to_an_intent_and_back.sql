-- No live charge without its intent, no intent without its charge, no refund without its charge.
with

-- Intents are read before charges: what was sold in the seconds between is for the next run.
newest_intent as (
    select max(payment_intents.created_at) as created_at
    from {{ ref('stg_stripe__payment_intents') }} as payment_intents
)

select
    charges.charge_id as object_id,
    'charge without its payment intent' as problem
from {{ ref('stg_stripe__charges') }} as charges
left join {{ ref('stg_stripe__payment_intents') }} as payment_intents
    on charges.payment_intent_id = payment_intents.payment_intent_id
cross join newest_intent
where
    charges.is_live
    and payment_intents.payment_intent_id is null
    and charges.created_at <= newest_intent.created_at
union all by name
select
    payment_intents.payment_intent_id as object_id,
    'payment intent whose charge is missing' as problem
from {{ ref('stg_stripe__payment_intents') }} as payment_intents
left join {{ ref('stg_stripe__charges') }} as charges
    on payment_intents.latest_charge_id = charges.charge_id
where payment_intents.latest_charge_id is not null and charges.charge_id is null
union all by name
select
    refunds.refund_id as object_id,
    'refund whose charge is missing' as problem
from {{ ref('stg_stripe__refunds') }} as refunds
left join {{ ref('stg_stripe__charges') }} as charges
    on refunds.charge_id = charges.charge_id
where charges.charge_id is null
