-- Grain: one row per account of the books that exists, closed ones included.
with

accounts as (
    select * from {{ ref('stg_quickbooks__accounts') }}
)

select
    accounts.account_id,
    accounts.account_name,
    accounts.account_full_name,
    accounts.account_classification,
    accounts.account_type,
    accounts.account_sub_type,
    accounts.is_active
from accounts
where not accounts.is_deleted
