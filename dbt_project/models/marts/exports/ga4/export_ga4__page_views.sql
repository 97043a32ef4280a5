-- Grain: one row per day, path and title of a page.
with

page_views as (
    select * from {{ ref('int_page_views__google_analytics') }}
)

select
    page_views.report_date as date,
    page_views.page_path,
    page_views.page_title,
    page_views.view_count as views,
    page_views.user_count as users,
    page_views.session_count as sessions
from page_views
