-- Every event on a timeline belongs to a customer who exists.
select
    customer_events.customer_id,
    count(*) as row_count
from {{ ref('customer_events') }} as customer_events
left join {{ ref('dim_customers') }} as customers
    on customer_events.customer_id = customers.customer_id
where customers.customer_id is null
group by customer_events.customer_id
