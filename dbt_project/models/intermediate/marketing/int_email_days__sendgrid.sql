-- Grain: one row per day since SendGrid sent the first e-mail.
with

stats as (
    select * from {{ ref('stg_sendgrid__stats') }}
),

first_day as (
    select min(stats.stats_date) as stats_date
    from stats
    where stats.request_count > 0
)

select
    stats.stats_date,
    stats.request_count,
    stats.delivered_count,
    stats.open_count,
    stats.unique_open_count,
    stats.click_count,
    stats.unique_click_count,
    stats.bounce_count,
    stats.spam_report_count
from stats
inner join first_day
    on stats.stats_date >= first_day.stats_date
