-- Grain: one row per line of the books by which money goes out.
with

expense_lines as (
    select * from {{ ref('fct_expense_lines') }}
)

select
    expense_lines.line_key as transaction_id,
    expense_lines.expense_date as date,
    expense_lines.amount,
    expense_lines.supplier_name as vendor,
    expense_lines.expense_category,
    expense_lines.description,
    expense_lines.payment_type,
    expense_lines.payment_account
from expense_lines
