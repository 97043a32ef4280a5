-- Grain: one row per person with a part in a birthday party of any source.
with

-- unions: int_party_person__*
unioned as (
    select * from {{ ref('int_party_person__capitan') }}
)
-- unions: end

select * from unioned
