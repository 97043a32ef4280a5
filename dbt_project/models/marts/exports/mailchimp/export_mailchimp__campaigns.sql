-- Grain: one row per Mailchimp campaign that was sent.
with

campaigns as (
    select * from {{ ref('int_campaigns__mailchimp') }}
)

select
    campaigns.campaign_id,
    campaigns.campaign_title,
    campaigns.subject_line,
    campaigns.campaign_type as type,
    campaigns.campaign_status as status,
    campaigns.sent_at as send_time,
    campaigns.sent_count as emails_sent,
    campaigns.sent_count
    - coalesce(campaigns.hard_bounce_count, 0)
    - coalesce(campaigns.soft_bounce_count, 0) as delivered,
    campaigns.open_count as opens_total,
    campaigns.opener_count as unique_opens,
    campaigns.open_rate,
    campaigns.click_count as clicks_total,
    campaigns.unique_click_count as unique_clicks,
    campaigns.clicker_count as subscriber_clicks,
    campaigns.click_rate,
    campaigns.unsubscribe_count as unsubscribed,
    campaigns.hard_bounce_count as bounces_hard,
    campaigns.soft_bounce_count as bounces_soft,
    campaigns.abuse_report_count as abuse_reports,
    campaigns.credited_revenue as revenue,
    campaigns.credited_order_count as orders,
    campaigns.list_id,
    campaigns.segment_id,
    cast(null as varchar) as ai_summary,
    cast(null as varchar) as ai_tone,
    cast(null as varchar) as ai_content_type,
    cast(null as varchar) as ai_ctas,
    cast(null as varchar) as ai_themes
from campaigns
