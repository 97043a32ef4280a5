-- Grain: one row per Capitan customer, deleted ones included.
with

customers as (
    select * from {{ ref('stg_capitan__customers') }}
)

-- The links say where the row was read from, not who the customer is.
select customers.* exclude (relations_url, emergency_contacts_url)
from customers
