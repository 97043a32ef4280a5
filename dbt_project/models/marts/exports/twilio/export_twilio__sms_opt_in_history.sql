-- Grain: one row per text with which somebody opted in or out.
with

messages as (
    select * from {{ ref('int_messages__twilio') }}
)

select
    messages.contact_number as phone_number,
    messages.created_at as timestamp,
    messages.sms_type as action,
    messages.opt_method as method,
    messages.body as message_body,
    messages.message_sid,
    cast(null as varchar) as notes
from messages
where
    messages.is_inbound
    and messages.record_key is not null
    and messages.sms_type in ('opt_in', 'opt_out')
