-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'An active member for thirty days and more who has not come in the last thirty.',
    'considers': 'every active member',
    'owner': 'front desk',
    'priority': 'low',
    'category': 'retention',
    'cool_down_days': 0,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'self',
    'destinations': [],
    'overlaps_with': ['lapsed_member'],
}) }}

with

settings as (
    select 30 as quiet_days
),

member_standing as (
    select * from {{ ref('member_standing') }}
),

visits as (
    select * from {{ ref('visits') }}
),

run as (
    select {{ as_of() }} as as_of_date
)

select
    member_standing.customer_id,
    {{ business_midnight(
        "greatest(visits.last_visit_date, member_standing.latest_start_date)"
        ~ " + settings.quiet_days"
    ) }} as triggered_at,
    json_object(
        'last_visit_date', visits.last_visit_date,
        'membership_start_date', member_standing.latest_start_date
    ) as details,
    json_object(
        'is_a_member_for_long',
        {{ days_between("member_standing.latest_start_date", "run.as_of_date") }}
        >= settings.quiet_days,
        'has_not_come',
        coalesce(
            {{ days_between("visits.last_visit_date", "run.as_of_date") }} >= settings.quiet_days,
            true
        )
    ) as conditions
from member_standing
left join visits
    on member_standing.customer_id = visits.customer_id
cross join settings
cross join run
where member_standing.is_active_member
