-- Grain: one row per text message that came in or that we sent.
with

messages as (
    select * from {{ ref('int_messages__twilio') }}
),

named as (
    select
        messages.*,
        case when messages.is_inbound then 'sms_received' else 'sms_sent' end as event_type
    from messages
)

select
    {{ event_id("named.event_type", "'twilio'", "named.message_sid", "'contact'") }} as event_id,
    named.event_type,
    named.created_at as occurred_at,
    named.record_key,
    'twilio' as source,
    'exact' as attribution,
    'twilio:message:' || named.message_sid as subject,
    cast(null as decimal(18, 2)) as amount,
    cast(null as varchar) as currency,
    json_object('message_sid', named.message_sid, 'sms_type', named.sms_type) as details
from named
