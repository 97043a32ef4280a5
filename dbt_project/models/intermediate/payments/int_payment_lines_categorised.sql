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

-- Hardly two descriptions are equal before the numbers of memberships and passes are left out.
texts as (
    select
        payment_lines.payment_id,
        payment_lines.line_key,
        {{ business_date("payments.paid_at") }} as payment_date,
        regexp_replace(lower(payment_lines.category_text), '#[0-9]+', '#', 'g') as text_folded
    from payment_lines
    inner join payments
        on payment_lines.payment_id = payments.payment_id
),

-- distinct: a pattern is tried once for each text that there is, not once for each sale.
distinct_texts as (
    select distinct texts.text_folded
    from texts
),

matches as (
    select
        distinct_texts.text_folded,
        category_rules.*
    from distinct_texts
    inner join category_rules
        on regexp_matches(distinct_texts.text_folded, category_rules.word_pattern)
),

first_rule as (
    select
        texts.payment_id,
        texts.line_key,
        matches.category,
        matches.event_type
    from texts
    inner join matches
        on
            texts.text_folded = matches.text_folded
            and texts.payment_date >= matches.valid_from
    qualify row_number() over (
        partition by texts.payment_id, texts.line_key
        order by matches.rule_order
    ) = 1
)

select
    payment_lines.payment_id,
    payment_lines.line_key,
    payment_lines.paid_for_key,
    paid_for.record_key as subject_record_key,
    payment_lines.product,
    payment_lines.category_text,
    texts.text_folded,
    coalesce(first_rule.category, 'Unmapped') as category,
    coalesce(first_rule.event_type, 'other_purchase') as event_type,
    payment_lines.quantity,
    payment_lines.gross,
    payment_lines.discount,
    payment_lines.tax,
    json_object('paid_for_key', payment_lines.paid_for_key) as details
from payment_lines
inner join texts
    on
        payment_lines.payment_id = texts.payment_id
        and payment_lines.line_key = texts.line_key
left join paid_for
    on payment_lines.paid_for_key = paid_for.paid_for_key
left join first_rule
    on
        payment_lines.payment_id = first_rule.payment_id
        and payment_lines.line_key = first_rule.line_key
