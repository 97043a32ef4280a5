-- Grain: one row per day and kind of web event, restated ones included.
with

events as (
    select * from {{ source('google_analytics', 'events') }}
),

loads as (
    select * from {{ source('google_analytics', 'loads') }}
),

-- What the last pull of a day no longer shows has been restated away.
last_pulls as (
    select
        events.date,
        max(cast(loads.as_of as date)) as pulled_on
    from events
    inner join loads
        on
            loads.table_name = 'events'
            and coalesce(
                cast(loads.window_start as date) <= {{ compact_date("events.date") }}, true
            )
    group by events.date
),

renamed as (
    select
        -- ids
        events.row_key,

        -- strings
        events.event_name,
        {{ json_text("events.metadata", "$.timeZone") }} as property_time_zone,

        -- numbers
        try_cast(events.event_count as bigint) as event_count,
        try_cast(events.active_users as bigint) as user_count,

        -- booleans
        {{ json_text("events.metadata", "$.samplingMetadatas") }} is not null as is_sampled,
        coalesce(
            {{ json_text("events.metadata", "$.subjectToThresholding") }} = 'true', false
        ) as is_thresholded,
        coalesce(
            {{ json_text("events.metadata", "$.dataLossFromOtherRow") }} = 'true', false
        ) as has_lost_rows,
        coalesce(cast(events._seen_on as date) < last_pulls.pulled_on, false) as is_deleted,

        -- dates and times
        {{ compact_date("events.date") }} as report_date
    from events
    left join last_pulls
        on events.date = last_pulls.date
)

select * from renamed
