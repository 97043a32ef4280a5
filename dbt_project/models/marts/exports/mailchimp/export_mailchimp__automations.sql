-- Grain: one row per automation.
with

automations as (
    select * from {{ ref('int_automations__mailchimp') }}
)

select
    automations.automation_id,
    automations.automation_title as title,
    automations.automation_status as status,
    automations.created_at as create_time,
    automations.started_at as start_time,
    automations.list_id,
    automations.sent_count as emails_sent,
    automations.open_count as opens_total,
    automations.opener_count as unique_opens,
    automations.open_rate,
    automations.click_count as clicks_total,
    automations.clicker_count as subscriber_clicks,
    automations.click_rate,
    -- Mailchimp credits no sales to automations in what is read.
    cast(null as decimal(18, 2)) as revenue
from automations
where not automations.is_deleted
