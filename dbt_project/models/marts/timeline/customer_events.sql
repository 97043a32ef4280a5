-- Grain: one row per event of a customer.
{{ config(materialized='view') }}

with

events as (
    select * from {{ ref('fct_events') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

confidence_levels as (
    select * from {{ ref('confidence_levels') }}
)

select
    members.customer_id,
    events.event_date,
    events.event_type,
    events.source as event_source,
    -- The weaker of the event's own attribution and the record's place in its customer.
    case
        when attribution_level.weakness >= place_level.weakness then events.attribution
        else members.place_confidence
    end as source_confidence,
    events.details as event_details,
    events.event_id,
    events.occurred_at,
    events.record_key,
    events.amount,
    events.currency
from events
inner join members
    on events.record_key = members.record_key
inner join confidence_levels as attribution_level
    on events.attribution = attribution_level.confidence
inner join confidence_levels as place_level
    on members.place_confidence = place_level.confidence
