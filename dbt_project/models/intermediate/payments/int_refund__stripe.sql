-- Grain: one row per Stripe refund of a live payment.
with

refunds as (
    select * from {{ ref('stg_stripe__refunds') }}
),

charges as (
    select * from {{ ref('stg_stripe__charges') }}
),

-- The vendor's own ids lead from the refund to its charge and on to the intent, however long ago.
joined_to_charge as (
    select
        refunds.refund_id,
        coalesce(refunds.payment_intent_id, charges.payment_intent_id) as payment_intent_id,
        case
            when charges.stripe_customer_id is not null
                then 'stripe:customer:' || charges.stripe_customer_id
            when charges.charge_id is not null then 'stripe:charge:' || charges.charge_id
        end as record_key,
        refunds.created_at,
        refunds.amount_refunded,
        refunds.currency,
        refunds.refund_status,
        refunds.refund_reason,
        charges.is_live
    from refunds
    left join charges
        on refunds.charge_id = charges.charge_id
)

select
    'stripe:refund:' || joined_to_charge.refund_id as refund_id,
    'stripe' as source,
    'stripe:payment_intent:' || joined_to_charge.payment_intent_id as payment_id,
    joined_to_charge.record_key,
    joined_to_charge.created_at as refunded_at,
    joined_to_charge.amount_refunded as amount,
    {{ tax_included("joined_to_charge.amount_refunded") }} as tax,
    cast(0 as decimal(18, 2)) as discount,
    joined_to_charge.currency,
    joined_to_charge.refund_status,
    joined_to_charge.refund_status = 'succeeded' as is_settled,
    joined_to_charge.refund_reason
from joined_to_charge
-- A refund whose charge is not there must show in the tests, not vanish here.
where joined_to_charge.is_live is distinct from false
