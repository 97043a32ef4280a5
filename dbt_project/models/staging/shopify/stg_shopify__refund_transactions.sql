-- Grain: one row per web refund and movement of money that carried it out.
with

refunds as (
    select * from {{ source('shopify', 'refunds') }}
),

movements as (
    select
        regexp_replace(refunds.id, '^.*/', '') as refund_id,
        unnest({{ json_list("refunds.transactions") }}) as movement
    from refunds
),

renamed as (
    select
        -- ids
        movements.refund_id,
        regexp_replace({{ json_text("movements.movement", "$.id") }}, '^.*/', '')
            as transaction_id
    from movements
    where {{ json_text("movements.movement", "$.id") }} is not null
)

select * from renamed
