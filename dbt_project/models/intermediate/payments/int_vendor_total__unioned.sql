-- Grain: one row per source and day, as the vendor itself states it.
with

-- unions: int_vendor_total__*
unioned as (
    select * from {{ ref('int_vendor_total__shopify') }}
    union all by name
    select * from {{ ref('int_vendor_total__square') }}
    union all by name
    select * from {{ ref('int_vendor_total__stripe') }}
)
-- unions: end

select * from unioned
