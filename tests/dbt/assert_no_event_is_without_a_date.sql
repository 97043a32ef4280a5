-- Every event on a timeline has its date and its instant.
select
    customer_events.event_type,
    count(*) as row_count
from {{ ref('customer_events') }} as customer_events
where customer_events.event_date is null or customer_events.occurred_at is null
group by customer_events.event_type
