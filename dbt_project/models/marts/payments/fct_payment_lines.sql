-- Grain: one row per payment and line.
with

payment_lines as (
    select * from {{ ref('int_payment_lines_categorised') }}
),

described as (
    select * from {{ ref('int_payment_lines_described') }}
),

attributed as (
    select * from {{ ref('int_payment_lines_attributed') }}
)

select
    payment_lines.payment_id,
    payment_lines.line_key,
    payment_lines.subject_record_key,
    payment_lines.product,
    payment_lines.category,
    described.sub_category,
    described.sub_category_detail,
    described.membership_size,
    described.membership_frequency,
    payment_lines.quantity,
    described.day_pass_count,
    payment_lines.gross,
    payment_lines.discount,
    payment_lines.tax,
    described.fitness_amount,
    attributed.attributed_record_key,
    attributed.match_method,
    payment_lines.details
from payment_lines
inner join described
    on
        payment_lines.payment_id = described.payment_id
        and payment_lines.line_key = described.line_key
inner join attributed
    on
        payment_lines.payment_id = attributed.payment_id
        and payment_lines.line_key = attributed.line_key
