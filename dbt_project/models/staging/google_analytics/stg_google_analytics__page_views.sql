-- Grain: one row per day, path and title of a page, restated ones included.
with

page_views as (
    select * from {{ source('google_analytics', 'page_views') }}
),

loads as (
    select * from {{ source('google_analytics', 'loads') }}
),

-- What the last pull of a day no longer shows has been restated away.
last_pulls as (
    select
        page_views.date,
        max(cast(loads.as_of as date)) as pulled_on
    from page_views
    inner join loads
        on
            loads.table_name = 'page_views'
            and coalesce(
                cast(loads.window_start as date) <= {{ compact_date("page_views.date") }}, true
            )
    group by page_views.date
),

renamed as (
    select
        -- ids
        page_views.row_key,

        -- strings
        page_views.page_path,
        page_views.page_title,
        {{ json_text("page_views.metadata", "$.timeZone") }} as property_time_zone,

        -- numbers
        try_cast(page_views.screen_page_views as bigint) as view_count,
        try_cast(page_views.active_users as bigint) as user_count,
        try_cast(page_views.sessions as bigint) as session_count,

        -- booleans
        {{ json_text("page_views.metadata", "$.samplingMetadatas") }} is not null as is_sampled,
        coalesce(
            {{ json_text("page_views.metadata", "$.subjectToThresholding") }} = 'true', false
        ) as is_thresholded,
        coalesce(
            {{ json_text("page_views.metadata", "$.dataLossFromOtherRow") }} = 'true', false
        ) as has_lost_rows,
        coalesce(cast(page_views._seen_on as date) < last_pulls.pulled_on, false) as is_deleted,

        -- dates and times
        {{ compact_date("page_views.date") }} as report_date
    from page_views
    left join last_pulls
        on page_views.date = last_pulls.date
)

select * from renamed
