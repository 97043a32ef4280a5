-- No customer id stands twice among the customers.
select
    customers_master.customer_id,
    count(*) as row_count
from {{ ref('customers_master') }} as customers_master
group by customers_master.customer_id
having count(*) > 1
