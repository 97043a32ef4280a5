-- Neither a child nor somebody of unknown age, whatever they or anybody else agreed to.
select permissions.*
from {{ ref('customer_permissions') }} as permissions
inner join {{ ref('dim_customers') }} as customers
    on permissions.customer_id = customers.customer_id
where permissions.is_allowed and customers.minor <> 'no'
