-- Grain: one row per web refund, planned ones included.
with

refunds as (
    select * from {{ source('shopify', 'refunds') }}
),

renamed as (
    select
        -- ids
        regexp_replace(refunds.id, '^.*/', '') as refund_id,
        refunds.order_id,

        -- strings
        nullif(trim(refunds.note), '') as refund_reason,
        upper({{ json_text("refunds.total_refunded_set", "$.shopMoney.currencyCode") }})
            as currency,

        -- numbers
        try_cast(
            {{ json_text("refunds.total_refunded_set", "$.shopMoney.amount") }} as decimal(18, 2)
        ) as amount_refunded,

        -- dates and times
        {{ iso_to_utc("refunds.created_at") }} as created_at,
        {{ iso_to_utc("refunds.updated_at") }} as updated_at
    from refunds
)

select * from renamed
