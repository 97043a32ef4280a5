-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'An active member for two weeks who came in the last sixty days, but not in fourteen.',
    'considers': 'every active member who came before',
    'owner': 'front desk',
    'priority': 'high',
    'category': 'retention',
    'cool_down_days': 0,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'self',
    'destinations': [],
}) }}

with

settings as (
    select
        14 as quiet_days,
        60 as active_days
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
    {{ business_midnight("visits.last_visit_date + settings.quiet_days") }} as triggered_at,
    json_object(
        'last_visit_date', visits.last_visit_date,
        'membership_start_date', member_standing.earliest_start_date
    ) as details,
    json_object(
        'is_a_member_for_two_weeks',
        {{ days_between("member_standing.earliest_start_date", "run.as_of_date") }}
        >= settings.quiet_days,
        'has_not_come_lately',
        {{ days_between("visits.last_visit_date", "run.as_of_date") }} >= settings.quiet_days,
        'came_before_that',
        {{ days_between("visits.last_visit_date", "run.as_of_date") }} < settings.active_days
    ) as conditions
from member_standing
inner join visits
    on member_standing.customer_id = visits.customer_id
cross join settings
cross join run
where member_standing.is_active_member
