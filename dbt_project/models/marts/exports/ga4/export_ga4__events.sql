-- Grain: one row per day and kind of web event.
with

web_events as (
    select * from {{ ref('int_web_events__google_analytics') }}
)

select
    web_events.report_date as date,
    web_events.event_name,
    web_events.event_count,
    web_events.user_count as users
from web_events
