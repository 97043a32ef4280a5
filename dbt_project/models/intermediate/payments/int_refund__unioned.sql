-- Grain: one row per refund in any source.
with

-- unions: int_refund__*
unioned as (
    select * from {{ ref('int_refund__stripe') }}
)
-- unions: end

select * from unioned
