-- Grain: one row per Stripe payment intent.
with

payment_intents as (
    select * from {{ source('stripe', 'payment_intents') }}
),

renamed as (
    select
        -- ids
        payment_intents.id as payment_intent_id,
        payment_intents.customer as stripe_customer_id,
        payment_intents.latest_charge as latest_charge_id,

        -- strings
        payment_intents.description,
        payment_intents.status as payment_intent_status,
        upper(payment_intents.currency) as currency,
        {{ json_text("payment_intents.last_payment_error", "$.decline_code") }} as decline_code,
        {{ json_text("payment_intents.last_payment_error", "$.message") }} as failure_message,

        -- numbers
        {{ cents_to_money("payment_intents.amount") }} as amount_asked,
        {{ cents_to_money("payment_intents.amount_received") }} as amount_received,

        -- booleans
        payment_intents.livemode as is_live,

        -- dates and times
        {{ unix_to_utc("payment_intents.created") }} as created_at
    from payment_intents
)

select * from renamed
