-- No event on a timeline is dated after the day of the run.
select
    customer_events.event_type,
    max(customer_events.event_date) as latest_date,
    count(*) as row_count
from {{ ref('customer_events') }} as customer_events
cross join {{ ref('stg_ops__run') }} as run
where customer_events.event_date > run.as_of_date
group by customer_events.event_type
