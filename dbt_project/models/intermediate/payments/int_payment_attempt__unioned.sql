-- Grain: one row per try to take money in any source.
with

-- unions: int_payment_attempt__*
unioned as (
    select * from {{ ref('int_payment_attempt__shopify') }}
    union all by name
    select * from {{ ref('int_payment_attempt__square') }}
    union all by name
    select * from {{ ref('int_payment_attempt__stripe') }}
)
-- unions: end

select * from unioned
