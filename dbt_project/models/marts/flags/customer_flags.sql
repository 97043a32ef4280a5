-- Grain: one row per customer and flag that is true today.
with

-- unions: flag_*
unioned as (
    select
        'lapsed_member' as flag_type,
        'medium' as priority,
        flag_lapsed_member.*
    from {{ ref('flag_lapsed_member') }} as flag_lapsed_member
),
-- unions: end

run as (
    select {{ as_of() }} as as_of_date
)

select
    unioned.customer_id,
    unioned.flag_type,
    {{ business_date("unioned.triggered_at") }} as flag_date,
    unioned.details as flag_details,
    unioned.priority,
    run.as_of_date as flag_added_date
from unioned
cross join run
