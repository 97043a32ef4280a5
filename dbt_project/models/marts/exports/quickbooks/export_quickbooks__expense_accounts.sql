-- Grain: one row per account of the books for expenses or the cost of what is sold.
with

accounts as (
    select * from {{ ref('int_accounts__quickbooks') }}
)

select
    accounts.account_id,
    accounts.account_full_name as account_name,
    accounts.account_type,
    accounts.account_sub_type
from accounts
where accounts.account_classification = 'Expense'
