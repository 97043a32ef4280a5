-- No event on a timeline is dated before anybody here can have done anything.
select
    customer_events.event_type,
    min(customer_events.event_date) as earliest_date,
    count(*) as row_count
from {{ ref('customer_events') }} as customer_events
where customer_events.event_date < cast('{{ var("earliest_event_date") }}' as date)
group by customer_events.event_type
