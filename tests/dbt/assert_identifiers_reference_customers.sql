-- Every identifier belongs to a customer who exists.
select
    customer_identifiers.customer_id,
    count(*) as row_count
from {{ ref('customer_identifiers') }} as customer_identifiers
left join {{ ref('dim_customers') }} as customers
    on customer_identifiers.customer_id = customers.customer_id
where customers.customer_id is null
group by customer_identifiers.customer_id
