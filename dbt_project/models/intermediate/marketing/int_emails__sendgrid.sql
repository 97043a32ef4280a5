-- Grain: one row per e-mail and address that SendGrid posted anything about.
with

events as (
    select * from {{ ref('stg_sendgrid__events') }}
)

select
    events.message_id,
    events.record_key,
    lower(trim(events.email)) as email,
    min(events.category) as category,
    bool_or(events.event_name = 'delivered') as was_delivered,
    bool_or(events.event_name = 'open') as was_opened,
    bool_or(events.event_name = 'click') as was_clicked,
    bool_or(events.event_name = 'bounce') as was_bounced,
    bool_or(events.event_name = 'dropped') as was_dropped,
    bool_or(events.event_name = 'deferred') as was_deferred,
    bool_or(events.event_name in ('unsubscribe', 'group_unsubscribe')) as was_unsubscribed,
    bool_or(events.event_name = 'spamreport') as was_reported,
    min(events.occurred_at) as sent_at
from events
where events.message_id is not null and events.email is not null
group by events.message_id, events.record_key, lower(trim(events.email))
