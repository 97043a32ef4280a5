-- Grain: one row per thing that a payment line can be for.
with

-- unions: int_paid_for__*
unioned as (
    select * from {{ ref('int_paid_for__capitan') }}
)
-- unions: end

select * from unioned
