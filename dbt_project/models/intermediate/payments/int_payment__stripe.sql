-- Grain: one row per live Stripe payment intent.
with

payment_intents as (
    select * from {{ ref('stg_stripe__payment_intents') }}
),

charges as (
    select * from {{ ref('stg_stripe__charges') }}
),

balance_transactions as (
    select * from {{ ref('stg_stripe__balance_transactions') }}
),

refunds as (
    select * from {{ ref('int_refund__stripe') }}
),

-- An authorised charge that nobody captured took no money.
captured_charges as (
    select
        charges.payment_intent_id,
        charges.charge_id,
        charges.amount_captured,
        charges.created_at,
        balance_transactions.fee
    from charges
    left join balance_transactions
        on charges.balance_transaction_id = balance_transactions.balance_transaction_id
    where charges.is_live and charges.is_captured and charges.charge_status = 'succeeded'
    qualify row_number() over (
        partition by charges.payment_intent_id
        order by charges.created_at desc, charges.charge_id desc
    ) = 1
),

refunds_summed as (
    select
        refunds.payment_id,
        sum(refunds.amount) as refunded
    from refunds
    where refunds.is_settled
    group by refunds.payment_id
)

select
    'stripe:payment_intent:' || payment_intents.payment_intent_id as payment_id,
    'stripe' as source,
    case
        when payment_intents.stripe_customer_id is not null
            then 'stripe:customer:' || payment_intents.stripe_customer_id
        when payment_intents.latest_charge_id is not null
            then 'stripe:charge:' || payment_intents.latest_charge_id
    end as record_key,
    case
        when coalesce(payment_intents.stripe_customer_id, payment_intents.latest_charge_id) is null
            then 'unmatched'
        else 'exact'
    end as attribution,
    coalesce(captured_charges.created_at, payment_intents.created_at) as paid_at,
    coalesce(captured_charges.amount_captured, 0) as gross,
    coalesce(refunds_summed.refunded, 0) as refunded,
    coalesce(captured_charges.fee, 0) as fee,
    {{ tax_included("coalesce(captured_charges.amount_captured, 0)") }} as tax,
    payment_intents.currency,
    case
        when captured_charges.charge_id is not null then 'paid'
        when payment_intents.payment_intent_status = 'canceled' then 'canceled'
        when payment_intents.payment_intent_status = 'requires_payment_method' then 'failed'
        else 'open'
    end as payment_status
from payment_intents
left join captured_charges
    on payment_intents.payment_intent_id = captured_charges.payment_intent_id
left join refunds_summed
    on 'stripe:payment_intent:' || payment_intents.payment_intent_id = refunds_summed.payment_id
where payment_intents.is_live
