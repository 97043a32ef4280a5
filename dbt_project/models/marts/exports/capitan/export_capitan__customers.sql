-- Grain: one row per account that Capitan still lists.
with

customers as (
    select * from {{ ref('int_gym__customers') }}
)

select
    customers.capitan_customer_id as customer_id,
    customers.email,
    customers.phone,
    customers.given_name as first_name,
    customers.family_name as last_name,
    customers.preferred_name,
    customers.birth_date as birthday,
    customers.has_opted_in_to_marketing,
    customers.has_active_membership,
    customers.active_waiver_exists,
    customers.latest_waiver_expiration_date,
    -- Always Capitan's own address, wherever the row was read from.
    '{{ var("capitan_api") }}/customers/' || customers.capitan_customer_id || '/relations/'
        as relations_url,
    '{{ var("capitan_api") }}/customers/' || customers.capitan_customer_id || '/emergency-contacts/'
        as emergency_contacts_url,
    customers.barcode,
    customers.created_at
from customers
where not customers.is_deleted
