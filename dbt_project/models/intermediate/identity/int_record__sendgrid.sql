-- Grain: one row per address that SendGrid wrote to or leaves out.
with

recipients as (
    select * from {{ ref('int_recipients__sendgrid') }}
)

select
    recipients.record_key,
    'sendgrid' as source,
    cast(null as varchar) as given_name,
    cast(null as varchar) as family_name,
    cast(null as date) as birth_date,
    cast(null as varchar) as postal_address,
    false as is_deleted,
    min(recipients.first_seen_at) as created_at
from recipients
group by recipients.record_key
