-- Grain: one row per day, path and title of a page, as last restated.
with

page_views as (
    select * from {{ ref('stg_google_analytics__page_views') }}
)

select
    page_views.row_key,
    page_views.report_date,
    page_views.page_path,
    page_views.page_title,
    page_views.view_count,
    page_views.user_count,
    page_views.session_count,
    page_views.is_sampled,
    page_views.is_thresholded,
    page_views.has_lost_rows
from page_views
where not page_views.is_deleted and page_views.report_date is not null
