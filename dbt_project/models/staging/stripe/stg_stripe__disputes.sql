-- Grain: one row per Stripe dispute.
with

disputes as (
    select * from {{ source('stripe', 'disputes') }}
),

renamed as (
    select
        -- ids
        disputes.id as dispute_id,
        disputes.charge as charge_id,
        disputes.payment_intent as payment_intent_id,

        -- strings
        disputes.reason as dispute_reason,
        disputes.status as dispute_status,
        upper(disputes.currency) as currency,

        -- numbers
        {{ cents_to_money("disputes.amount") }} as amount_disputed,

        -- booleans
        disputes.livemode as is_live,

        -- dates and times
        {{ unix_to_utc("disputes.created") }} as created_at,
        {{ unix_to_utc(json_text("disputes.evidence_details", "$.due_by")) }} as answer_due_at
    from disputes
)

select * from renamed
