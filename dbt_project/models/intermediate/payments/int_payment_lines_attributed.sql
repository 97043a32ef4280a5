-- Grain: one row per payment and line, with the record it is attributed to and by what.
with

payment_lines as (
    select * from {{ ref('int_payment_lines_categorised') }}
),

payments as (
    select * from {{ ref('int_payment__unioned') }}
),

records as (
    select * from {{ ref('int_identity__records') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

-- Who pays without an account is known by what was typed with the card or the order.
typed as (
    select
        records.record_key,
        bool_or(identifiers.identifier_type = 'email') as has_email,
        records.given_name is not null and records.family_name is not null as has_name
    from records
    left join identifiers
        on records.record_key = identifiers.record_key
    where records.record_key like 'stripe:charge:%' or records.record_key like 'shopify:order:%'
    group by records.record_key, records.given_name, records.family_name
),

judged as (
    select
        payment_lines.payment_id,
        payment_lines.line_key,
        case
            when payment_lines.subject_record_key is not null
                then case split_part(payment_lines.paid_for_key, ':', 2)
                    when 'membership' then 'membership_id'
                    when 'entry_pass' then 'entry_pass_id'
                    else 'booking_id'
                end
            when payments.record_key is null then 'none'
            when split_part(payments.record_key, ':', 2) = 'customer' then 'customer_id'
            when typed.has_email then 'email'
            when typed.has_name then 'name'
            else 'none'
        end as match_method,
        coalesce(payment_lines.subject_record_key, payments.record_key) as record_key
    from payment_lines
    inner join payments
        on payment_lines.payment_id = payments.payment_id
    left join typed
        on payments.record_key = typed.record_key
)

select
    judged.payment_id,
    judged.line_key,
    case when judged.match_method <> 'none' then judged.record_key end as attributed_record_key,
    judged.match_method
from judged
