-- Grain: one row per product text, category and rule that its words fit.
with

payment_lines as (
    select * from {{ ref('int_payment_lines_categorised') }}
),

product_rules as (
    select * from {{ ref('product_rules') }}
),

-- A pattern is tried once for each text that there is, not once for each sale.
texts as (
    select
        payment_lines.text_folded,
        payment_lines.category
    from payment_lines
    group by payment_lines.text_folded, payment_lines.category
)

select
    texts.text_folded,
    texts.category,
    product_rules.attribute,
    product_rules.rule_order,
    product_rules.valid_from,
    case product_rules.value
        when 'the words themselves'
            then regexp_extract(texts.text_folded, product_rules.word_pattern)
        when 'the number itself'
            then regexp_extract(texts.text_folded, product_rules.word_pattern, 1)
        else product_rules.value
    end as value
from texts
inner join product_rules
    on
        regexp_matches(texts.text_folded, product_rules.word_pattern)
        and (
            product_rules.category is null
            or contains('|' || product_rules.category || '|', '|' || texts.category || '|')
        )
