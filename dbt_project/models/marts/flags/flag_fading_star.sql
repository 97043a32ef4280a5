-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'An active member who came thrice a week for eight weeks and in the last four did not.',
    'considers': 'every active member who came in the last twelve weeks',
    'owner': 'front desk',
    'priority': 'high',
    'category': 'retention',
    'cool_down_days': 60,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'self',
    'destinations': [],
}) }}

with

settings as (
    select
        28 as late_days,
        84 as all_days,
        24 as star_visits,
        4 as faded_visits
),

visit_days as (
    select * from {{ ref('visit_days') }}
),

member_standing as (
    select * from {{ ref('member_standing') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

counted as (
    select
        visit_days.customer_id,
        max(visit_days.visit_date) as last_visit_date,
        count(*) filter (
            where {{ days_between("visit_days.visit_date", "run.as_of_date") }} < settings.late_days
        ) as late_visit_count,
        count(*) filter (
            where {{ days_between("visit_days.visit_date", "run.as_of_date") }}
            between settings.late_days and settings.all_days - 1
        ) as early_visit_count
    from visit_days
    cross join settings
    cross join run
    where {{ days_between("visit_days.visit_date", "run.as_of_date") }} < settings.all_days
    group by visit_days.customer_id
)

select
    counted.customer_id,
    {{ business_midnight("run.as_of_date") }} as triggered_at,
    json_object('last_visit_date', counted.last_visit_date) as details,
    json_object(
        'is_an_active_member', member_standing.is_active_member,
        'came_thrice_a_week', counted.early_visit_count >= settings.star_visits,
        'came_less_than_once_a_week', counted.late_visit_count < settings.faded_visits
    ) as conditions
from counted
inner join member_standing
    on counted.customer_id = member_standing.customer_id
cross join settings
cross join run
