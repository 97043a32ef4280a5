-- Grain: one row per changing thing of any source, with its present state.
with

-- unions: int_state__*
unioned as (
    select * from {{ ref('int_state__capitan') }}
)
-- unions: end

select * from unioned
