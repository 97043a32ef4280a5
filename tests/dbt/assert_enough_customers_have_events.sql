-- A fifth of the customers at least have done something; far fewer, and events have been lost.
with

settings as (
    select 0.2 as least_share
),

counted as (
    select
        count(*) as customer_count,
        count(with_events.customer_id) as with_events_count
    from {{ ref('dim_customers') }} as customers
    left join (
        select customer_events.customer_id
        from {{ ref('customer_events') }} as customer_events
        group by customer_events.customer_id
    ) as with_events
        on customers.customer_id = with_events.customer_id
)

select
    counted.customer_count,
    counted.with_events_count
from counted
cross join settings
where counted.with_events_count < settings.least_share * counted.customer_count
