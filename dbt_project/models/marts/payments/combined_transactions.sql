-- Grain: one row per line of a paid payment, and one per settled refund.
with

payment_lines as (
    select * from {{ ref('fct_payment_lines') }}
),

categorised as (
    select * from {{ ref('int_payment_lines_categorised') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

refunds as (
    select * from {{ ref('fct_refunds') }}
),

records as (
    select * from {{ ref('int_identity__records') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

sources as (
    select * from {{ ref('sources') }}
),

payer_emails as (
    select
        identifiers.record_key,
        identifiers.value_raw as email
    from identifiers
    where identifiers.identifier_type = 'email' and identifiers.origin = 'own'
    qualify row_number() over (
        partition by identifiers.record_key
        order by identifiers.seen_at desc nulls last, identifiers.value_raw
    ) = 1
),

-- What was sold for most in a payment stands for what is given back of it.
leading_line as (
    select *
    from payment_lines
    qualify row_number() over (
        partition by payment_lines.payment_id
        order by payment_lines.gross desc, payment_lines.line_key
    ) = 1
),

sold as (
    select
        case payments.source
            when 'stripe' then regexp_extract(payments.payment_id, '[^:]+$')
            when 'shopify' then 'shopify_' || payment_lines.line_key
            else
                regexp_extract(payments.payment_id, '[^:]+$')
                || '_item_'
                || row_number() over (
                    partition by payment_lines.payment_id
                    order by payment_lines.line_key
                )
        end as transaction_id,
        categorised.category_text as description,
        payment_lines.gross - payment_lines.tax as pre_tax,
        payment_lines.tax,
        payment_lines.gross as total,
        payment_lines.discount,
        payment_lines.product,
        payments.payment_date as business_day,
        payments.source,
        payments.record_key,
        payments.payment_id,
        payment_lines.category,
        payment_lines.sub_category,
        payment_lines.sub_category_detail,
        payment_lines.membership_size,
        payment_lines.membership_frequency,
        payment_lines.quantity,
        payment_lines.day_pass_count,
        payment_lines.fitness_amount,
        payment_lines.attributed_record_key,
        payment_lines.match_method
    from payment_lines
    inner join categorised
        on
            payment_lines.payment_id = categorised.payment_id
            and payment_lines.line_key = categorised.line_key
    inner join payments
        on payment_lines.payment_id = payments.payment_id
    where payments.payment_status = 'paid'
),

given_back as (
    select
        case refunds.source
            when 'stripe' then 'refund_' || regexp_extract(refunds.refund_id, '[^:]+$')
            else refunds.source || '_refund_' || regexp_extract(refunds.refund_id, '[^:]+$')
        end as transaction_id,
        'Refund' as description,
        -(refunds.amount - refunds.tax) as pre_tax,
        -refunds.tax as tax,
        -refunds.amount as total,
        -refunds.discount as discount,
        'Refund' as product,
        refunds.refund_date as business_day,
        refunds.source,
        refunds.record_key,
        refunds.payment_id,
        'Refund' as category,
        'Refund - ' || coalesce(leading_line.category, 'Unmatched') as sub_category,
        leading_line.sub_category as sub_category_detail,
        leading_line.membership_size,
        leading_line.membership_frequency,
        1 as quantity,
        0 as day_pass_count,
        cast(0 as decimal(18, 2)) as fitness_amount,
        leading_line.attributed_record_key,
        leading_line.match_method
    from refunds
    left join leading_line
        on refunds.payment_id = leading_line.payment_id
    where refunds.is_settled
),

rows_of_both as (
    select *
    from sold
    union all by name
    select *
    from given_back
)

select
    rows_of_both.transaction_id,
    rows_of_both.description as "Description",
    rows_of_both.pre_tax as "Pre-Tax Amount",
    rows_of_both.tax as "Tax Amount",
    rows_of_both.total as "Total Amount",
    rows_of_both.discount as "Discount Amount",
    coalesce(
        nullif(concat_ws(' ', records.given_name, records.family_name), ''), rows_of_both.product
    ) as "Name",
    strftime(rows_of_both.business_day, '%Y-%m-%d') as "Date",
    'succeeded' as payment_intent_status,
    payer_emails.email as receipt_email,
    payer_emails.email as billing_email,
    case
        when rows_of_both.record_key like 'stripe:customer:%'
            then regexp_extract(rows_of_both.record_key, '[^:]+$')
    end as stripe_customer_id,
    rows_of_both.category as revenue_category,
    rows_of_both.membership_size,
    rows_of_both.membership_frequency as membership_freq,
    contains(lower(rows_of_both.description), 'founder') as is_founder,
    regexp_matches(lower(rows_of_both.description), 'bcf (family|staff)') as is_free_membership,
    rows_of_both.sub_category,
    rows_of_both.sub_category_detail,
    rows_of_both.business_day as date_,
    regexp_extract(sources.display_name, '^\w+') as "Data Source",
    rows_of_both.day_pass_count as "Day Pass Count",
    rows_of_both.pre_tax as base_price_amount,
    'VALIDATED_COMPLETED' as status,
    rows_of_both.payment_id,
    case
        when rows_of_both.source = 'shopify' then split_part(rows_of_both.payment_id, ':', 3)
    end as order_id,
    rows_of_both.quantity,
    rows_of_both.fitness_amount,
    members.customer_id,
    rows_of_both.match_method
from rows_of_both
inner join sources
    on rows_of_both.source = sources.source
left join records
    on rows_of_both.record_key = records.record_key
left join payer_emails
    on rows_of_both.record_key = payer_emails.record_key
left join members
    on rows_of_both.attributed_record_key = members.record_key
