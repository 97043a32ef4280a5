-- Grain: one row per payment and line, with the finer groups that rules read from its words.
with

payment_lines as (
    select * from {{ ref('int_payment_lines_categorised') }}
),

product_attributes as (
    select * from {{ ref('int_product_attributes') }}
),

payments as (
    select * from {{ ref('int_payment__unioned') }}
),

dated as (
    select
        payments.payment_id,
        {{ business_date("payments.paid_at") }} as payment_date
    from payments
),

-- The first rule of each attribute that was valid on the day of the payment.
first_rules as (
    select
        payment_lines.payment_id,
        payment_lines.line_key,
        product_attributes.attribute,
        product_attributes.value
    from payment_lines
    inner join dated
        on payment_lines.payment_id = dated.payment_id
    inner join product_attributes
        on
            payment_lines.text_folded = product_attributes.text_folded
            and payment_lines.category = product_attributes.category
            and dated.payment_date >= product_attributes.valid_from
    qualify row_number() over (
        partition by
            payment_lines.payment_id, payment_lines.line_key, product_attributes.attribute
        order by product_attributes.rule_order
    ) = 1
),

side_by_side as (
    select
        first_rules.payment_id,
        first_rules.line_key,
        max(first_rules.value) filter (where first_rules.attribute = 'sub_category')
            as sub_category,
        max(first_rules.value) filter (where first_rules.attribute = 'sub_category_detail')
            as sub_category_detail,
        max(first_rules.value) filter (where first_rules.attribute = 'pass_kind') as pass_kind,
        max(first_rules.value) filter (where first_rules.attribute = 'pass_gear') as pass_gear,
        max(first_rules.value) filter (where first_rules.attribute = 'passes_in_one')
            as passes_in_one,
        max(first_rules.value) filter (where first_rules.attribute = 'membership_size')
            as membership_size,
        max(first_rules.value) filter (where first_rules.attribute = 'membership_frequency')
            as membership_frequency,
        max(first_rules.value) filter (where first_rules.attribute = 'is_fitness') as is_fitness
    from first_rules
    group by first_rules.payment_id, first_rules.line_key
)

select
    payment_lines.payment_id,
    payment_lines.line_key,
    coalesce(
        side_by_side.sub_category,
        case
            when payment_lines.category = 'Day Pass'
                then nullif(
                    concat_ws(' ', side_by_side.pass_kind, side_by_side.pass_gear), ''
                )
            when payment_lines.category in ('Programming', 'Event Booking')
                then nullif(
                    trim(regexp_replace(lower(payment_lines.product), '[^a-z ]', '', 'g')), ''
                )
            -- The first four words say what kind of goods it is.
            when payment_lines.category = 'Retail'
                then regexp_extract(lower(payment_lines.product), '^\S+(\s+\S+){0,3}')
        end
    ) as sub_category,
    side_by_side.sub_category_detail,
    side_by_side.membership_size,
    side_by_side.membership_frequency,
    case
        when payment_lines.category <> 'Day Pass' then 0
        else
            cast(payment_lines.quantity as bigint)
            * coalesce(try_cast(side_by_side.passes_in_one as bigint), 1)
    end as day_pass_count,
    case when side_by_side.is_fitness = 'true' then payment_lines.gross else 0 end
        as fitness_amount
from payment_lines
left join side_by_side
    on
        payment_lines.payment_id = side_by_side.payment_id
        and payment_lines.line_key = side_by_side.line_key
