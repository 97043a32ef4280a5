-- Grain: one row per day since SendGrid sent the first e-mail.
with

email_days as (
    select * from {{ ref('int_email_days__sendgrid') }}
)

select
    email_days.stats_date as date,
    email_days.request_count as requests,
    email_days.delivered_count as delivered,
    email_days.open_count as opens,
    email_days.unique_open_count as unique_opens,
    email_days.click_count as clicks,
    email_days.unique_click_count as unique_clicks,
    email_days.bounce_count as bounces,
    email_days.spam_report_count as spam_reports
from email_days
