-- Grain: one row per line of a paid payment, and one per settled refund.
with

combined_transactions as (
    select * from {{ ref('combined_transactions') }}
)

select combined_transactions.* exclude (customer_id, match_method)
from combined_transactions
