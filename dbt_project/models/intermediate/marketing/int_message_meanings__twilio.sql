-- Grain: one row per text message, with what it means.
{{ config(materialized='view', tags=['on_demand']) }}
with

messages as (
    select * from {{ ref('stg_twilio__messages') }}
),

sms_rules as (
    select * from {{ ref('sms_rules') }}
),

-- Words alone: case, signs and numbers change nothing about what a text means.
folded as (
    select
        messages.*,
        case when messages.is_inbound then 'inbound' else 'outbound' end as way,
        case when messages.is_inbound then messages.from_number else messages.to_number end
            as contact_number,
        {{ sms_words("messages.body") }} as body_words
    from messages
),

-- distinct: each number of ours once.
our_numbers as (
    select distinct
        case when messages.is_inbound then messages.to_number else messages.from_number end
            as our_number
    from messages
),

ruled as (
    select
        folded.message_sid,
        sms_rules.sms_type,
        nullif(sms_rules.method, '') as method
    from folded
    inner join sms_rules
        on
            folded.way = sms_rules.direction
            and regexp_full_match(folded.body_words, sms_rules.word_pattern)
    qualify row_number() over (
        partition by folded.message_sid
        order by sms_rules.rule_order
    ) = 1
)

select
    folded.message_sid,
    -- Only a whole number can be a person's: not a short code, not another number of ours.
    case
        when
            regexp_full_match(folded.contact_number, '\+[1-9][0-9]{7,14}')
            and our_numbers.our_number is null
            then 'twilio:number:' || md5(folded.contact_number)
    end as record_key,
    folded.contact_number,
    folded.direction,
    folded.is_inbound,
    folded.from_number,
    folded.to_number,
    folded.body,
    folded.message_status,
    folded.error_code,
    folded.error_message,
    folded.segment_count,
    folded.price,
    folded.price_unit,
    coalesce(ruled.sms_type, 'unknown') as sms_type,
    ruled.method as opt_method,
    folded.created_at,
    folded.sent_at
from folded
left join ruled
    on folded.message_sid = ruled.message_sid
left join our_numbers
    on folded.contact_number = our_numbers.our_number
