-- Grain: one row per line of a deposit.
with

deposits as (
    select * from {{ source('quickbooks', 'deposits') }}
),

lines as (
    select
        deposits.id as deposit_id,
        unnest({{ json_list("deposits.line") }}) as line,
        generate_subscripts({{ json_list("deposits.line") }}, 1) as line_number
    from deposits
),

renamed as (
    select
        -- ids
        lines.deposit_id,
        {{ json_text("lines.line", "$.DepositLineDetail.AccountRef.value") }} as account_id,
        {{ json_text("lines.line", "$.LinkedTxn[0].TxnId") }} as linked_transaction_id,

        -- strings
        {{ json_text("lines.line", "$.LinkedTxn[0].TxnType") }} as linked_transaction_type,
        {{ json_text("lines.line", "$.DepositLineDetail.AccountRef.name") }} as account_full_name,
        {{ json_text("lines.line", "$.DepositLineDetail.Entity.name") }} as party_name,
        {{ json_text("lines.line", "$.DepositLineDetail.PaymentMethodRef.name") }}
            as payment_method,
        nullif(trim({{ json_text("lines.line", "$.Description") }}), '') as description,

        -- numbers
        lines.line_number,
        try_cast({{ json_text("lines.line", "$.Amount") }} as decimal(18, 2)) as amount
    from lines
)

select * from renamed
