-- Grain: one row per customer and day on which they entered.
with

customer_events as (
    select * from {{ ref('customer_events') }}
)

select
    customer_events.customer_id,
    customer_events.event_date as visit_date,
    max(customer_events.occurred_at) as visited_at,
    row_number() over (
        partition by customer_events.customer_id
        order by customer_events.event_date
    ) as visit_number,
    isodow(customer_events.event_date) >= 6 as is_weekend
from customer_events
where customer_events.event_type = 'checkin'
group by customer_events.customer_id, customer_events.event_date
