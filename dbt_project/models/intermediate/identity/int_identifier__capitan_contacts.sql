-- Grain: one row per emergency contact, type and value of an e-mail or phone.
with

emergency_contacts as (
    select * from {{ ref('stg_capitan__emergency_contacts') }}
),

typed as (
    select
        emergency_contacts.record_key,
        'phone' as identifier_type,
        emergency_contacts.phone as value_raw
    from emergency_contacts
    union all by name
    select
        emergency_contacts.record_key,
        'email' as identifier_type,
        emergency_contacts.email as value_raw
    from emergency_contacts
)

select
    typed.record_key,
    typed.identifier_type,
    typed.value_raw,
    'own' as origin,
    cast(null as timestamp) as seen_at
from typed
where typed.value_raw is not null
