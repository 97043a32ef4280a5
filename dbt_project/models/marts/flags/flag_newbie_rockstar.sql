-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'First here two weeks to sixty days ago, and on three days a week since.',
    'considers': 'whoever first came in the last sixty days',
    'owner': 'front desk',
    'priority': 'medium',
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
        14 as least_days,
        60 as most_days,
        3 as weekly_visits
),

visits as (
    select * from {{ ref('visits') }}
),

run as (
    select {{ as_of() }} as as_of_date
)

select
    visits.customer_id,
    visits.last_visit_at as triggered_at,
    json_object(
        'first_visit_date', {{ business_date("visits.first_visit_at") }},
        'last_visit_date', visits.last_visit_date
    ) as details,
    json_object(
        'has_been_here_two_weeks',
        {{ days_between(business_date("visits.first_visit_at"), "run.as_of_date") }}
        >= settings.least_days,
        'came_thrice_a_week',
        7 * visits.visit_count
        >= settings.weekly_visits
        * ({{ days_between(business_date("visits.first_visit_at"), "run.as_of_date") }} + 1)
    ) as conditions
from visits
cross join settings
cross join run
where
    {{ days_between(business_date("visits.first_visit_at"), "run.as_of_date") }}
    < settings.most_days
