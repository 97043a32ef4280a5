-- Grain: one row per spelling of an address that SendGrid wrote to or leaves out.
with

recipients as (
    select * from {{ ref('int_recipients__sendgrid') }}
)

select
    recipients.record_key,
    'email' as identifier_type,
    recipients.email as value_raw,
    'own' as origin,
    recipients.first_seen_at as seen_at
from recipients
