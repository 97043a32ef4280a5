-- Whoever is written to is an adult, and writes no letter to themselves about being a child.
select flags_due.*
from {{ ref('flags_due') }} as flags_due
inner join {{ ref('dim_customers') }} as customers
    on flags_due.addressee_customer_id = customers.customer_id
where customers.minor <> 'no'
