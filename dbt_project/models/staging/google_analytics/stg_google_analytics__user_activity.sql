-- Grain: one row per day, restated ones included.
with

user_activity as (
    select * from {{ source('google_analytics', 'user_activity') }}
),

loads as (
    select * from {{ source('google_analytics', 'loads') }}
),

-- What the last pull of a day no longer shows has been restated away.
last_pulls as (
    select
        user_activity.date,
        max(cast(loads.as_of as date)) as pulled_on
    from user_activity
    inner join loads
        on
            loads.table_name = 'user_activity'
            and coalesce(
                cast(loads.window_start as date) <= {{ compact_date("user_activity.date") }}, true
            )
    group by user_activity.date
),

renamed as (
    select
        -- ids
        user_activity.row_key,

        -- strings
        {{ json_text("user_activity.metadata", "$.timeZone") }} as property_time_zone,

        -- numbers
        try_cast(user_activity.active_users as bigint) as user_count,
        try_cast(user_activity.new_users as bigint) as new_user_count,
        try_cast(user_activity.sessions as bigint) as session_count,
        try_cast(user_activity.bounce_rate as decimal(9, 6)) as bounce_rate,
        try_cast(user_activity.average_session_duration as decimal(18, 6))
            as average_session_seconds,

        -- booleans
        {{ json_text("user_activity.metadata", "$.samplingMetadatas") }} is not null
            as is_sampled,
        coalesce(
            {{ json_text("user_activity.metadata", "$.subjectToThresholding") }} = 'true', false
        ) as is_thresholded,
        coalesce(
            {{ json_text("user_activity.metadata", "$.dataLossFromOtherRow") }} = 'true', false
        ) as has_lost_rows,
        coalesce(cast(user_activity._seen_on as date) < last_pulls.pulled_on, false) as is_deleted,

        -- dates and times
        {{ compact_date("user_activity.date") }} as report_date
    from user_activity
    left join last_pulls
        on user_activity.date = last_pulls.date
)

select * from renamed
