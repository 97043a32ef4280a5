-- Grain: one row per record and thing that it has to do with, such as a membership.
with

-- unions: int_context__*
unioned as (
    select * from {{ ref('int_context__capitan') }}
    union all by name
    select * from {{ ref('int_context__stripe') }}
)
-- unions: end

select * from unioned
