-- Grain: one row per refund in any source.
with

-- unions: int_refund__*
unioned as (
    select * from {{ ref('int_refund__shopify') }}
    union all by name
    select * from {{ ref('int_refund__square') }}
    union all by name
    select * from {{ ref('int_refund__stripe') }}
)
-- unions: end

select * from unioned
