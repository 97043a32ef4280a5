-- Grain: one row per Mailchimp campaign that was sent, with its report.
with

campaigns as (
    select * from {{ ref('stg_mailchimp__campaigns') }}
),

reports as (
    select * from {{ ref('stg_mailchimp__reports') }}
)

select
    campaigns.campaign_id,
    campaigns.campaign_title,
    campaigns.subject_line,
    campaigns.campaign_type,
    campaigns.campaign_status,
    campaigns.sent_at,
    campaigns.sent_count,
    reports.open_count,
    reports.opener_count,
    reports.open_rate,
    reports.click_count,
    reports.unique_click_count,
    reports.clicker_count,
    reports.click_rate,
    reports.unsubscribe_count,
    reports.hard_bounce_count,
    reports.soft_bounce_count,
    reports.abuse_report_count,
    reports.credited_revenue,
    reports.credited_order_count,
    campaigns.list_id,
    campaigns.segment_id
from campaigns
left join reports
    on campaigns.campaign_id = reports.campaign_id
