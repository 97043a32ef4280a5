-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'An active member who has not come for more than thirty days, or never since joining.',
    'considers': 'every active member',
    'owner': 'front desk',
    'priority': 'medium',
    'category': 'retention',
    'cool_down_days': 0,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'self',
    'destinations': [],
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
),

last_seen as (
    select
        member_standing.customer_id,
        member_standing.latest_start_date,
        visits.last_visit_date,
        coalesce(visits.last_visit_date, member_standing.latest_start_date) as quiet_since_date
    from member_standing
    left join visits
        on member_standing.customer_id = visits.customer_id
    where member_standing.is_active_member
)

select
    last_seen.customer_id,
    {{ business_midnight("last_seen.quiet_since_date + settings.quiet_days + 1") }}
        as triggered_at,
    json_object(
        'last_visit_date', last_seen.last_visit_date,
        'membership_start_date', last_seen.latest_start_date
    ) as details,
    json_object(
        'has_not_come_for_long',
        {{ days_between("last_seen.quiet_since_date", "run.as_of_date") }} > settings.quiet_days
    ) as conditions
from last_seen
cross join settings
cross join run
