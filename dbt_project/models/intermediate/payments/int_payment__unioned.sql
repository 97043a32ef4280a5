-- Grain: one row per payment in any source.
with

-- unions: int_payment__*
unioned as (
    select * from {{ ref('int_payment__shopify') }}
    union all by name
    select * from {{ ref('int_payment__square') }}
    union all by name
    select * from {{ ref('int_payment__stripe') }}
)
-- unions: end

select * from unioned
