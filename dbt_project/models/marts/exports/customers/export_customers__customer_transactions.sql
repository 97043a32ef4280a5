-- Grain: one row per line of a paid payment that belongs to somebody.
with

combined_transactions as (
    select * from {{ ref('combined_transactions') }}
)

select
    combined_transactions.customer_id,
    combined_transactions.transaction_id,
    combined_transactions.date_ as date,
    left(combined_transactions."Description", 100) as description,
    combined_transactions."Total Amount" as amount,
    combined_transactions."Data Source" as data_source,
    combined_transactions.revenue_category,
    combined_transactions.match_method
from combined_transactions
where combined_transactions.customer_id is not null
