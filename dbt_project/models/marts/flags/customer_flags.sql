-- Grain: one row per customer and flag that is true today.
with

-- unions: flag_*
unioned as (
    select
        'lapsed_member' as flag_type,
        'medium' as priority,
        flag_lapsed_member.*
    from {{ ref('flag_lapsed_member') }} as flag_lapsed_member
    union all by name
    select
        'no_email' as flag_type,
        'low' as priority,
        flag_no_email.*
    from {{ ref('flag_no_email') }} as flag_no_email
    union all by name
    select
        'ready_for_membership' as flag_type,
        'high' as priority,
        flag_ready_for_membership.*
    from {{ ref('flag_ready_for_membership') }} as flag_ready_for_membership
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
