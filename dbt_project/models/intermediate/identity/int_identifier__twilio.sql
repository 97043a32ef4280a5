-- Grain: one row per phone number that wrote to us or that we wrote to; our own are left out.
with

messages as (
    select * from {{ ref('int_messages__twilio') }}
)

select
    messages.record_key,
    'phone' as identifier_type,
    messages.contact_number as value_raw,
    'own' as origin,
    min(messages.created_at) as seen_at
from messages
where messages.record_key is not null
group by messages.record_key, messages.contact_number
