-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'Somebody whose tenth day here was within the last seven days.',
    'considers': 'whoever came on ten days',
    'owner': 'front desk',
    'priority': 'low',
    'category': 'engagement',
    'cool_down_days': 0,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'self',
    'destinations': [],
}) }}

with

settings as (
    select
        10 as milestone,
        7 as recent_days
),

visit_days as (
    select * from {{ ref('visit_days') }}
),

run as (
    select {{ as_of() }} as as_of_date
)

select
    visit_days.customer_id,
    visit_days.visited_at as triggered_at,
    json_object('tenth_visit_date', visit_days.visit_date) as details,
    json_object(
        'was_lately',
        {{ days_between("visit_days.visit_date", "run.as_of_date") }} < settings.recent_days
    ) as conditions
from visit_days
cross join settings
cross join run
where visit_days.visit_number = settings.milestone
