-- Grain: one row per movement of the Stripe balance.
with

balance_transactions as (
    select * from {{ source('stripe', 'balance_transactions') }}
),

renamed as (
    select
        -- ids
        balance_transactions.id as balance_transaction_id,
        balance_transactions.source as moved_by_id,

        -- strings
        balance_transactions.type as movement_type,
        upper(balance_transactions.currency) as currency,

        -- numbers
        {{ cents_to_money("balance_transactions.amount") }} as amount,
        {{ cents_to_money("balance_transactions.fee") }} as fee,
        {{ cents_to_money("balance_transactions.net") }} as net,

        -- dates and times
        {{ unix_to_utc("balance_transactions.created") }} as created_at
    from balance_transactions
)

select * from renamed
