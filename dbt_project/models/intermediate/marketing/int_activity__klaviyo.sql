-- Grain: one row per Klaviyo event.
with

events as (
    select * from {{ ref('stg_klaviyo__events') }}
),

metrics as (
    select * from {{ ref('stg_klaviyo__metrics') }}
)

select
    events.klaviyo_event_id,
    events.metric_id,
    metrics.metric_name,
    events.record_key,
    events.profile_id,
    events.event_properties,
    events.occurred_at
from events
left join metrics
    on events.metric_id = metrics.metric_id
