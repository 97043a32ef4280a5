-- Grain: one row per child's record, adult's record and way in which they belong together.
with

-- unions: int_guardian__*
unioned as (
    select * from {{ ref('int_guardian__capitan') }}
)
-- unions: end

select * from unioned
