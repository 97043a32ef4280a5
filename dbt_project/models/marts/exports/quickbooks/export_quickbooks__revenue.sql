-- Grain: one row per line of the books by which money is earned.
with

income_lines as (
    select * from {{ ref('int_income_lines__quickbooks') }}
)

select
    income_lines.line_key as transaction_id,
    income_lines.transaction_type,
    income_lines.revenue_date as date,
    income_lines.amount,
    income_lines.buyer_name as customer,
    income_lines.revenue_category,
    income_lines.description,
    income_lines.payment_method
from income_lines
