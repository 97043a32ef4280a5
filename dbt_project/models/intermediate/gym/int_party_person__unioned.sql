-- Grain: one row per person with a part in a birthday party of any source.
with

-- unions: int_party_person__*
unioned as (
    select * from {{ ref('int_party_person__capitan') }}
    union all by name
    select * from {{ ref('int_party_person__firestore') }}
)
-- unions: end

select * from unioned
