-- Grain: one row per line of a paid payment and settled refund of the last two days.
with

settings as (
    select 2 as recent_days
),

combined_transactions as (
    select * from {{ ref('combined_transactions') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

recent as (
    select combined_transactions.*
    from combined_transactions
    cross join settings
    cross join run
    where
        {{ days_between("combined_transactions.date_", "run.as_of_date") }}
        <= settings.recent_days
)

select recent.* exclude (customer_id, match_method)
from recent
