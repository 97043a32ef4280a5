-- Grain: one row per line of the books by which money goes out.
with

expense_lines as (
    select * from {{ ref('int_expense_lines__quickbooks') }}
),

expense_groups as (
    select * from {{ ref('expense_groups') }}
)

select
    expense_lines.line_key,
    expense_lines.transaction_type,
    expense_lines.transaction_id,
    expense_lines.expense_category,
    coalesce(expense_groups.expense_group, 'Other') as expense_group,
    expense_lines.account_classification,
    expense_lines.supplier_name,
    expense_lines.description,
    expense_lines.payment_type,
    expense_lines.payment_account,
    expense_lines.currency,
    expense_lines.amount,
    expense_lines.expense_date
from expense_lines
-- The rules name an account by itself, the books with its parents before it.
left join expense_groups
    on
        lower(regexp_extract(expense_lines.expense_category, '[^:]*$'))
        = lower(expense_groups.account_name)
