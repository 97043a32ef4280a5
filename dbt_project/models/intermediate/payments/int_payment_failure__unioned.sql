-- Grain: one row per declined payment attempt in any source.
with

-- unions: int_payment_failure__*
unioned as (
    select * from {{ ref('int_payment_failure__square') }}
    union all by name
    select * from {{ ref('int_payment_failure__stripe') }}
)
-- unions: end

select * from unioned
