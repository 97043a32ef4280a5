-- Grain: one row per customer for whom the rule holds today.
{{ config(meta={
    'sentence': 'An active member who has not come for more than thirty days, or never since joining.',
    'owner': 'front desk',
    'priority': 'medium',
    'category': 'retention',
    'lifetime_days': 14,
}) }}

with

settings as (
    select 30 as quiet_days
),

membership_people as (
    select * from {{ ref('membership_people') }}
),

visits as (
    select * from {{ ref('visits') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

active_members as (
    select
        membership_people.customer_id,
        max(membership_people.start_date) as latest_start_date
    from membership_people
    where membership_people.is_active_member
    group by membership_people.customer_id
),

last_seen as (
    select
        active_members.customer_id,
        active_members.latest_start_date,
        visits.last_visit_date,
        coalesce(visits.last_visit_date, active_members.latest_start_date) as quiet_since_date
    from active_members
    left join visits
        on active_members.customer_id = visits.customer_id
)

select
    last_seen.customer_id,
    {{ business_midnight("last_seen.quiet_since_date + settings.quiet_days + 1") }}
        as triggered_at,
    json_object(
        'last_visit_date', last_seen.last_visit_date,
        'membership_start_date', last_seen.latest_start_date
    ) as details
from last_seen
cross join settings
cross join run
where
    {{ days_between("last_seen.quiet_since_date", "run.as_of_date") }} > settings.quiet_days
