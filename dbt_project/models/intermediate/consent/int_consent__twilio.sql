-- Grain: one row per text, or refused text, that shows whether a phone wants texts.
{{ config(materialized='view', tags=['on_demand']) }}

with

settings as (
    -- Twilio's number for a text to somebody who has written STOP.
    select 21610 as unsubscribed_error
),

messages as (
    select * from {{ ref('int_message_meanings__twilio') }}
),

judged as (
    select
        messages.*,
        case
            when messages.is_inbound then messages.sms_type
            -- Our own thanks prove nothing; that the network takes somebody off does.
            when messages.sms_type = 'opt_out' then 'opt_out'
            when messages.error_code = settings.unsubscribed_error then 'opt_out'
        end as said,
        case
            when messages.is_inbound then messages.opt_method
            when messages.sms_type = 'opt_out' then 'confirmation'
            else 'carrier_block'
        end as method
    from messages
    cross join settings
)

select
    'phone' as contact_point_type,
    judged.contact_number as value_raw,
    'sms' as channel,
    case judged.said when 'opt_in' then 'opted_in' else 'opted_out' end as state,
    true as is_explicit,
    judged.method,
    'twilio' as source,
    case when judged.is_inbound then judged.sms_type else judged.message_status end
        as source_status,
    judged.created_at as effective_at,
    'twilio:message:' || judged.message_sid as proof,
    judged.record_key
from judged
where judged.record_key is not null and judged.said in ('opt_in', 'opt_out')
