-- Grain: one row per line of a live Stripe payment; Stripe knows one line a payment.
with

payments as (
    select * from {{ ref('int_payment__stripe') }}
),

payment_intents as (
    select * from {{ ref('stg_stripe__payment_intents') }}
),

described as (
    select
        payments.*,
        payment_intents.description,
        regexp_extract(payment_intents.description, 'membership #([0-9]+)', 1) as membership_number,
        regexp_extract(payment_intents.description, 'entry pass #([0-9]+)', 1) as entry_pass_number,
        regexp_extract(payment_intents.description, 'event booking #([0-9]+)', 1) as booking_number
    from payments
    inner join payment_intents
        on payments.payment_id = 'stripe:payment_intent:' || payment_intents.payment_intent_id
)

select
    described.payment_id,
    '1' as line_key,
    case
        when described.membership_number <> ''
            then 'capitan:membership:' || described.membership_number
        when described.entry_pass_number <> ''
            then 'capitan:entry_pass:' || described.entry_pass_number
        when described.booking_number <> '' then 'capitan:booking:' || described.booking_number
    end as paid_for_key,
    coalesce(
        nullif(regexp_extract(described.description, '#[0-9]+[^:]*: (.+)$', 1), ''),
        described.description
    ) as product,
    described.description as category_text,
    1 as quantity,
    described.gross,
    cast(0 as decimal(18, 2)) as discount,
    described.tax
from described
