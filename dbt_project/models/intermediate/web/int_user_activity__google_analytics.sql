-- Grain: one row per day of the web sites, as last restated.
with

user_activity as (
    select * from {{ ref('stg_google_analytics__user_activity') }}
)

select
    user_activity.row_key,
    user_activity.report_date,
    user_activity.user_count,
    user_activity.new_user_count,
    user_activity.session_count,
    user_activity.bounce_rate,
    user_activity.average_session_seconds,
    user_activity.is_sampled,
    user_activity.is_thresholded,
    user_activity.has_lost_rows
from user_activity
where not user_activity.is_deleted and user_activity.report_date is not null
