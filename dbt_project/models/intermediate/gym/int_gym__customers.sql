-- Grain: one row per Capitan customer, deleted ones included.
with

customers as (
    select * from {{ ref('stg_capitan__customers') }}
)

-- Without the addresses, which differ with the server that was asked.
select
    customers.capitan_customer_id,
    customers.given_name,
    customers.family_name,
    customers.preferred_name,
    customers.email,
    customers.phone,
    customers.barcode,
    customers.has_opted_in_to_marketing,
    customers.has_active_membership,
    customers.active_waiver_exists,
    customers.is_deleted,
    customers.birth_date,
    customers.latest_waiver_expiration_date,
    customers.created_at
from customers
