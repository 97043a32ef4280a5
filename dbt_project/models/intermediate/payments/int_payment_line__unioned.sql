-- Grain: one row per payment and line in any source.
with

-- unions: int_payment_line__*
unioned as (
    select * from {{ ref('int_payment_line__shopify') }}
    union all by name
    select * from {{ ref('int_payment_line__square') }}
    union all by name
    select * from {{ ref('int_payment_line__stripe') }}
)
-- unions: end

select * from unioned
