-- Grain: one row per try to move money for a web order, failed ones included.
with

transactions as (
    select * from {{ source('shopify', 'transactions') }}
),

fees as (
    select
        transactions.id,
        unnest({{ json_list("transactions.fees") }}) as fee
    from transactions
),

fees_summed as (
    select
        fees.id,
        sum(try_cast({{ json_text("fees.fee", "$.amount.amount") }} as decimal(18, 2))) as fee
    from fees
    group by fees.id
),

renamed as (
    select
        -- ids
        regexp_replace(transactions.id, '^.*/', '') as transaction_id,
        transactions.order_id,
        regexp_replace({{ json_text("transactions.parent_transaction", "$.id") }}, '^.*/', '')
            as parent_transaction_id,

        -- strings
        lower(transactions.kind) as transaction_kind,
        lower(transactions.status) as transaction_status,
        transactions.gateway,
        lower(transactions.error_code) as failure_code,
        upper({{ json_text("transactions.amount_set", "$.shopMoney.currencyCode") }})
            as currency,

        -- numbers
        try_cast(
            {{ json_text("transactions.amount_set", "$.shopMoney.amount") }} as decimal(18, 2)
        ) as amount,
        fees_summed.fee,

        -- booleans
        coalesce(transactions.test, false) as is_test,

        -- dates and times
        {{ iso_to_utc("transactions.created_at") }} as created_at,
        {{ iso_to_utc("transactions.processed_at") }} as processed_at
    from transactions
    left join fees_summed
        on transactions.id = fees_summed.id
)

select * from renamed
