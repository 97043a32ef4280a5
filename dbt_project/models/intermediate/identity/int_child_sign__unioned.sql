-- Grain: one row per record with a sign of a child in any source.
with

-- unions: int_child_sign__*
unioned as (
    select * from {{ ref('int_child_sign__capitan') }}
)
-- unions: end

select * from unioned
