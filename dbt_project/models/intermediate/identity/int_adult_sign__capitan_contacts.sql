-- Grain: one row per emergency contact.
with

emergency_contacts as (
    select * from {{ ref('stg_capitan__emergency_contacts') }}
)

select
    emergency_contacts.record_key,
    'to be called in an emergency' as sign
from emergency_contacts
