-- Grain: one row per record with a sign of an adult in any source.
with

-- unions: int_adult_sign__*
unioned as (
    select * from {{ ref('int_adult_sign__capitan_contacts') }}
)
-- unions: end

select * from unioned
