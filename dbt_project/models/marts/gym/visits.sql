-- Grain: one row per customer who ever entered.
with

customer_events as (
    select * from {{ ref('customer_events') }}
)

select
    customer_events.customer_id,
    -- A visit is a day: two entries on one day are one visit.
    count(distinct customer_events.event_date) as visit_count,
    min(customer_events.occurred_at) as first_visit_at,
    max(customer_events.occurred_at) as last_visit_at,
    max(customer_events.event_date) as last_visit_date
from customer_events
where customer_events.event_type = 'checkin'
group by customer_events.customer_id
