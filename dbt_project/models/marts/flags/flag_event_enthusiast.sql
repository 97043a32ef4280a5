-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'Three bookings or courses in the last ninety days, and here on fewer than six days.',
    'considers': 'whoever booked in the last ninety days',
    'owner': 'events',
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
        3 as least_bookings,
        6 as most_visits
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

visit_days as (
    select * from {{ ref('visit_days') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

bookings as (
    select
        customer_events.customer_id,
        count(*) as booking_count,
        max(customer_events.event_date) as latest_date,
        max(customer_events.occurred_at) as latest_at
    from customer_events
    cross join settings
    cross join run
    where
        customer_events.event_type in ('event_booking', 'programming_purchase')
        and {{ days_between("customer_events.event_date", "run.as_of_date") }}
        < settings.recent_days
    group by customer_events.customer_id
),

visits as (
    select
        visit_days.customer_id,
        count(*) as visit_count
    from visit_days
    cross join settings
    cross join run
    where {{ days_between("visit_days.visit_date", "run.as_of_date") }} < settings.recent_days
    group by visit_days.customer_id
)

select
    bookings.customer_id,
    bookings.latest_at as triggered_at,
    json_object('latest_booking_date', bookings.latest_date) as details,
    json_object(
        'books_often', bookings.booking_count >= settings.least_bookings,
        'comes_seldom', coalesce(visits.visit_count, 0) < settings.most_visits
    ) as conditions
from bookings
left join visits
    on bookings.customer_id = visits.customer_id
cross join settings
