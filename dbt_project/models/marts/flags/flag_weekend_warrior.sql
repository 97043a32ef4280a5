-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'Ten days here in the last ninety, and four of five of them on Saturdays and Sundays.',
    'considers': 'whoever came in the last ninety days',
    'owner': 'front desk',
    'priority': 'low',
    'category': 'engagement',
    'cool_down_days': 0,
    'lifetime_days': 30,
    'persistent': False,
    'children': 'self',
    'destinations': [],
}) }}

with

settings as (
    select
        90 as recent_days,
        10 as least_visits,
        80 as weekend_per_cent
),

visit_days as (
    select * from {{ ref('visit_days') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

counted as (
    select
        visit_days.customer_id,
        count(*) as visit_count,
        count(*) filter (where visit_days.is_weekend) as weekend_count,
        max(visit_days.visit_date) as last_visit_date,
        max(visit_days.visited_at) as last_visit_at
    from visit_days
    cross join settings
    cross join run
    where {{ days_between("visit_days.visit_date", "run.as_of_date") }} < settings.recent_days
    group by visit_days.customer_id
)

select
    counted.customer_id,
    counted.last_visit_at as triggered_at,
    json_object('last_visit_date', counted.last_visit_date) as details,
    json_object(
        'came_often', counted.visit_count >= settings.least_visits,
        'mostly_at_weekends',
        100 * counted.weekend_count >= settings.weekend_per_cent * counted.visit_count
    ) as conditions
from counted
cross join settings
