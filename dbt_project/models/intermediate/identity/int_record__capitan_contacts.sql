-- Grain: one row per customer and emergency contact.
with

emergency_contacts as (
    select * from {{ ref('stg_capitan__emergency_contacts') }}
),

customers as (
    select * from {{ ref('stg_capitan__customers') }}
)

select
    emergency_contacts.record_key,
    'capitan_contacts' as source,
    emergency_contacts.given_name,
    emergency_contacts.family_name,
    cast(null as date) as birth_date,
    cast(null as varchar) as postal_address,
    emergency_contacts.is_deleted or coalesce(customers.is_deleted, true) as is_deleted,
    -- Nobody says when the contact was given.
    cast(null as timestamp) as created_at,
    'capitan:customer:' || emergency_contacts.capitan_customer_id as named_by_record_key
from emergency_contacts
left join customers
    on emergency_contacts.capitan_customer_id = customers.capitan_customer_id
