-- Grain: one row per day and kind of web event, as last restated.
with

events as (
    select * from {{ ref('stg_google_analytics__events') }}
)

select
    events.row_key,
    events.report_date,
    events.event_name,
    events.event_count,
    events.user_count,
    events.is_sampled,
    events.is_thresholded,
    events.has_lost_rows
from events
where not events.is_deleted and events.report_date is not null
