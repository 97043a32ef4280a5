-- Grain: one row per payment and line, with its category and the record it was for.
with

payment_lines as (
    select * from {{ ref('int_payment_line__unioned') }}
),

payments as (
    select * from {{ ref('int_payment__unioned') }}
),

paid_for as (
    select * from {{ ref('int_paid_for__unioned') }}
),

category_rules as (
    select * from {{ ref('category_rules') }}
),

first_rule as (
    select
        payment_lines.payment_id,
        payment_lines.line_key,
        category_rules.category,
        category_rules.event_type
    from payment_lines
    inner join payments
        on payment_lines.payment_id = payments.payment_id
    inner join category_rules
        on
            regexp_matches(lower(payment_lines.category_text), category_rules.word_pattern)
            and cast(payments.paid_at as date) >= category_rules.valid_from
    qualify row_number() over (
        partition by payment_lines.payment_id, payment_lines.line_key
        order by category_rules.rule_order
    ) = 1
)

select
    payment_lines.payment_id,
    payment_lines.line_key,
    payment_lines.paid_for_key,
    paid_for.record_key as subject_record_key,
    payment_lines.product,
    payment_lines.category_text,
    coalesce(first_rule.category, 'Unmapped') as category,
    coalesce(first_rule.event_type, 'other_purchase') as event_type,
    payment_lines.quantity,
    payment_lines.gross,
    payment_lines.discount,
    payment_lines.tax,
    json_object('paid_for_key', payment_lines.paid_for_key) as details
from payment_lines
left join paid_for
    on payment_lines.paid_for_key = paid_for.paid_for_key
left join first_rule
    on
        payment_lines.payment_id = first_rule.payment_id
        and payment_lines.line_key = first_rule.line_key
