-- Grain: one row per text message.
with

messages as (
    select * from {{ ref('int_messages__twilio') }}
)

select
    messages.message_sid,
    messages.sent_at as date_sent,
    messages.created_at as date_created,
    messages.direction,
    messages.from_number,
    messages.to_number,
    messages.body,
    messages.message_status as status,
    messages.error_code,
    messages.error_message,
    messages.segment_count as num_segments,
    messages.price,
    messages.price_unit,
    lower(messages.body) as body_lower,
    messages.is_inbound and contains(lower(messages.body), 'waiver') as is_waiver_request,
    messages.is_inbound and messages.sms_type = 'opt_in' as is_opt_in,
    messages.is_inbound and messages.sms_type = 'opt_out' as is_opt_out
from messages
