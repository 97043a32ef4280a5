-- Grain: one row per payment and line.
with

payment_lines as (
    select * from {{ ref('int_payment_lines_categorised') }}
)

select
    payment_lines.payment_id,
    payment_lines.line_key,
    payment_lines.subject_record_key,
    payment_lines.product,
    payment_lines.category,
    payment_lines.quantity,
    payment_lines.gross,
    payment_lines.discount,
    payment_lines.tax,
    payment_lines.details
from payment_lines
