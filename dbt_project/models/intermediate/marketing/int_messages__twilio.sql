-- Grain: one row per text message, with what it means.
with

meanings as (
    select * from {{ ref('int_message_meanings__twilio') }}
)

select * from meanings
