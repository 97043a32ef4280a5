-- Grain: one row per customer whom Klaviyo may know, with all that it may know of them.

with

customers as (
    select * from {{ ref('dim_customers') }}
),

permissions as (
    select * from {{ ref('customer_permissions') }}
),

stops as (
    select * from {{ ref('sync_stops') }}
),

contact_owners as (
    select * from {{ ref('int_identity__contact_owners') }}
),

master as (
    select * from {{ ref('customers_master') }}
),

-- An address that two grown-ups share names neither of them.
reachable as (
    select
        customers.customer_id,
        max(customers.primary_email) filter (
            where permissions.channel = 'email'
            and contact_owners.identifier_type = 'email'
        ) as email,
        max(customers.primary_phone) filter (
            where permissions.channel = 'sms'
            and contact_owners.identifier_type = 'phone'
        ) as phone
    from customers
    inner join permissions
        on
            customers.customer_id = permissions.customer_id
            and permissions.is_allowed
    inner join contact_owners
        on
            customers.customer_id = contact_owners.owner_customer_id
            and contact_owners.value in (customers.primary_email, customers.primary_phone)
    left join stops
        on
            permissions.customer_id = stops.customer_id
            and permissions.channel = stops.channel
    where customers.minor = 'no' and not customers.is_deleted and stops.customer_id is null
    group by customers.customer_id
)

select
    reachable.customer_id,
    reachable.email,
    reachable.phone,
    to_json({
        'basin_id': reachable.customer_id,
        'is_member': master.has_active_membership,
        'membership_type': master.membership_name,
        'membership_start_date': cast(master.membership_start_date as varchar)
    }) as properties
from reachable
inner join master
    on reachable.customer_id = master.customer_id
where reachable.email is not null or reachable.phone is not null
