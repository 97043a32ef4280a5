-- Grain: one row per phone number that wrote to us or that we wrote to; our own are left out.
with

messages as (
    select * from {{ ref('int_messages__twilio') }}
)

select
    messages.record_key,
    'twilio' as source,
    cast(null as varchar) as given_name,
    cast(null as varchar) as family_name,
    cast(null as date) as birth_date,
    cast(null as varchar) as postal_address,
    false as is_deleted,
    min(messages.created_at) as created_at
from messages
where messages.record_key is not null
group by messages.record_key
