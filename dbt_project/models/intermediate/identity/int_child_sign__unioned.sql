-- Grain: one row per record with a sign of a child in any source.
with

-- unions: int_child_sign__*
unioned as (
    select * from {{ ref('int_child_sign__capitan') }}
    union all by name
    select * from {{ ref('int_child_sign__firestore') }}
)
-- unions: end

select
    unioned.record_key,
    min(unioned.sign) as sign
from unioned
group by unioned.record_key
