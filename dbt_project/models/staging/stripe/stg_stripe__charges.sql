-- Grain: one row per Stripe charge, failed attempts included.
with

charges as (
    select * from {{ source('stripe', 'charges') }}
),

renamed as (
    select
        -- ids
        charges.id as charge_id,
        charges.payment_intent as payment_intent_id,
        charges.customer as stripe_customer_id,
        charges.balance_transaction as balance_transaction_id,

        -- strings
        charges.description,
        charges.status as charge_status,
        upper(charges.currency) as currency,
        charges.failure_code,
        nullif(charges.failure_message, '') as failure_message,
        {{ json_text("charges.outcome", "$.reason") }} as decline_reason,
        nullif(trim({{ json_text("charges.billing_details", "$.name") }}), '') as billing_name,
        {{ json_text("charges.billing_details", "$.email") }} as billing_email,
        {{ json_text("charges.billing_details", "$.phone") }} as billing_phone,
        nullif(charges.receipt_email, '') as receipt_email,
        {{ json_text("charges.payment_method_details", "$.card.fingerprint") }} as card_fingerprint,

        -- numbers
        {{ cents_to_money("charges.amount") }} as amount_asked,
        {{ cents_to_money("charges.amount_captured") }} as amount_captured,

        -- booleans
        charges.livemode as is_live,
        charges.captured as is_captured,
        charges.paid as is_paid,

        -- dates and times
        {{ unix_to_utc("charges.created") }} as created_at
    from charges
)

select * from renamed
