-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'Back in the last three days, for the first time in two weeks and more.',
    'considers': 'whoever came on two days',
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
        14 as break_days,
        3 as recent_days
),

visit_days as (
    select * from {{ ref('visit_days') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

in_order as (
    select
        visit_days.*,
        lag(visit_days.visit_date) over (
            partition by visit_days.customer_id
            order by visit_days.visit_date
        ) as previous_date
    from visit_days
),

latest_return as (
    select in_order.*
    from in_order
    cross join settings
    where in_order.previous_date is not null
    qualify row_number() over (
        partition by in_order.customer_id
        order by
            {{ days_between("in_order.previous_date", "in_order.visit_date") }}
            >= settings.break_days desc,
            in_order.visit_date desc
    ) = 1
)

select
    latest_return.customer_id,
    latest_return.visited_at as triggered_at,
    json_object(
        'return_date', latest_return.visit_date,
        'previous_visit_date', latest_return.previous_date
    ) as details,
    json_object(
        'was_away',
        {{ days_between("latest_return.previous_date", "latest_return.visit_date") }}
        >= settings.break_days,
        'came_back_lately',
        {{ days_between("latest_return.visit_date", "run.as_of_date") }} < settings.recent_days
    ) as conditions
from latest_return
cross join settings
cross join run
