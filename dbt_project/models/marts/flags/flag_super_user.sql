-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'Somebody who came on four days and more in each of the last eight weeks.',
    'considers': 'whoever came in the last eight weeks',
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
        8 as weeks,
        4 as least_visits
),

visit_days as (
    select * from {{ ref('visit_days') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

weekly as (
    select
        visit_days.customer_id,
        {{ days_between("visit_days.visit_date", "run.as_of_date") }} // 7 as weeks_ago,
        count(*) as visit_count,
        max(visit_days.visit_date) as last_visit_date,
        max(visit_days.visited_at) as last_visit_at
    from visit_days
    cross join settings
    cross join run
    where {{ days_between("visit_days.visit_date", "run.as_of_date") }} < 7 * settings.weeks
    group by visit_days.customer_id, weeks_ago
)

select
    weekly.customer_id,
    max(weekly.last_visit_at) as triggered_at,
    json_object('last_visit_date', max(weekly.last_visit_date)) as details,
    json_object(
        'came_often_in_every_week',
        count(*) filter (where weekly.visit_count >= settings.least_visits) = settings.weeks
    ) as conditions
from weekly
cross join settings
group by weekly.customer_id, settings.weeks
