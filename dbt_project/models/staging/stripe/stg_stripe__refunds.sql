-- Grain: one row per Stripe refund, pending and failed ones included.
with

refunds as (
    select * from {{ source('stripe', 'refunds') }}
),

renamed as (
    select
        -- ids
        refunds.id as refund_id,
        refunds.charge as charge_id,
        refunds.payment_intent as payment_intent_id,
        refunds.balance_transaction as balance_transaction_id,

        -- strings
        refunds.status as refund_status,
        refunds.reason as refund_reason,
        upper(refunds.currency) as currency,

        -- numbers
        {{ cents_to_money("refunds.amount") }} as amount_refunded,

        -- dates and times
        {{ unix_to_utc("refunds.created") }} as created_at
    from refunds
)

select * from renamed
