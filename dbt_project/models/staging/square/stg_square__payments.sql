-- Grain: one row per Square payment, failed and cancelled ones included.
with

payments as (
    select * from {{ source('square', 'payments') }}
),

fees as (
    select
        payments.id,
        unnest({{ json_list("payments.processing_fee") }}) as fee
    from payments
),

fees_summed as (
    select
        fees.id,
        sum(try_cast({{ json_text("fees.fee", "$.amount_money.amount") }} as bigint)) as fee_cents
    from fees
    group by fees.id
),

renamed as (
    select
        -- ids
        payments.id as payment_id,
        nullif(payments.order_id, '') as order_id,
        payments.location_id,
        nullif(payments.customer_id, '') as square_customer_id,
        nullif(payments.team_member_id, '') as team_member_id,

        -- strings
        payments.status as payment_status,
        payments.source_type as payment_method,
        upper({{ json_text("payments.total_money", "$.currency") }}) as currency,
        {{ json_text("payments.card_details", "$.card.card_brand") }} as card_brand,
        {{ json_text("payments.card_details", "$.card.last_4") }} as card_last_four,
        {{ json_text("payments.card_details", "$.card.fingerprint") }} as card_fingerprint,
        nullif(payments.buyer_email_address, '') as buyer_email,
        nullif(payments.receipt_number, '') as receipt_number,
        nullif(trim(payments.note), '') as note,

        -- numbers
        try_cast({{ json_text("payments.amount_money", "$.amount") }} as decimal(18, 0)) * 0.01
            as amount_paid,
        try_cast({{ json_text("payments.tip_money", "$.amount") }} as decimal(18, 0)) * 0.01
            as amount_tip,
        try_cast({{ json_text("payments.total_money", "$.amount") }} as decimal(18, 0)) * 0.01
            as amount_total,
        try_cast({{ json_text("payments.refunded_money", "$.amount") }} as decimal(18, 0)) * 0.01
            as amount_refunded,
        {{ cents_to_money("fees_summed.fee_cents") }} as fee,

        -- dates and times
        {{ iso_to_utc("payments.created_at") }} as created_at,
        {{ iso_to_utc("payments.updated_at") }} as updated_at
    from payments
    left join fees_summed
        on payments.id = fees_summed.id
)

select * from renamed
