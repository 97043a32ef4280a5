-- Grain: one row per Square refund, pending and failed ones included.
with

refunds as (
    select * from {{ source('square', 'refunds') }}
),

renamed as (
    select
        -- ids
        refunds.id as refund_id,
        nullif(refunds.payment_id, '') as payment_id,
        nullif(refunds.order_id, '') as order_id,
        refunds.location_id,

        -- strings
        refunds.status as refund_status,
        nullif(trim(refunds.reason), '') as refund_reason,
        refunds.destination_type as destination,
        upper({{ json_text("refunds.amount_money", "$.currency") }}) as currency,

        -- numbers
        try_cast({{ json_text("refunds.amount_money", "$.amount") }} as decimal(18, 0)) * 0.01
            as amount_refunded,

        -- booleans
        coalesce(refunds.unlinked, false) as is_unlinked,

        -- dates and times
        {{ iso_to_utc("refunds.created_at") }} as created_at,
        {{ iso_to_utc("refunds.updated_at") }} as updated_at
    from refunds
)

select * from renamed
