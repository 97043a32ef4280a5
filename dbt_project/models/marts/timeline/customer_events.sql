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
),

event_types as (
    select * from {{ ref('event_types') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

-- Some happenings have somebody on the other side, whose id and name are known only by now.
with_counterpart as (
    select
        events.*,
        event_types.counterpart,
        case
            when event_types.counterpart is not null
                then {{ json_text("events.details", "$.counterpart_record_key") }}
        end as counterpart_record_key
    from events
    left join event_types
        on events.event_type = event_types.event_type
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
    case
        when events.counterpart is null then events.details
        else
            {{ json_merged(
                "events.details",
                "json_object("
                ~ "events.counterpart || '_customer_id', other.customer_id,"
                ~ "events.counterpart || '_name',"
                ~ "nullif(concat_ws(' ', customers.given_name, customers.family_name), ''))"
            ) }}
    end as event_details,
    events.event_id,
    events.occurred_at,
    events.record_key,
    events.amount,
    events.currency
from with_counterpart as events
inner join members
    on events.record_key = members.record_key
left join members as other
    on events.counterpart_record_key = other.record_key
left join customers
    on other.customer_id = customers.customer_id
inner join confidence_levels as attribution_level
    on events.attribution = attribution_level.confidence
inner join confidence_levels as place_level
    on members.place_confidence = place_level.confidence
