-- An e-mail that several people share never belongs to a child, nor to somebody of unknown age.
select
    contact_owners.identifier_type,
    contact_owners.owner_customer_id
from {{ ref('int_identity__contact_owners') }} as contact_owners
inner join {{ ref('dim_customers') }} as customers
    on contact_owners.owner_customer_id = customers.customer_id
where
    customers.minor = 'yes'
    or (customers.minor = 'unknown' and contact_owners.holder_count > 1)
