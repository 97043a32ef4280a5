-- Grain: one row per Klaviyo event.
with

activity as (
    select * from {{ ref('int_activity__klaviyo') }}
)

select
    activity.klaviyo_event_id as event_id,
    activity.metric_id,
    activity.profile_id,
    activity.occurred_at as "timestamp",
    activity.event_properties
from activity
