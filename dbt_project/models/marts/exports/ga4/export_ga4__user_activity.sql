-- Grain: one row per day of the web sites.
with

user_activity as (
    select * from {{ ref('int_user_activity__google_analytics') }}
)

select
    user_activity.report_date as date,
    user_activity.user_count as active_users,
    user_activity.new_user_count as new_users,
    user_activity.session_count as sessions,
    user_activity.bounce_rate,
    user_activity.average_session_seconds as avg_session_duration
from user_activity
