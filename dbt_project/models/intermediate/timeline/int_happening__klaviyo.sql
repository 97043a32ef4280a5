-- Grain: one row per kind of event that Klaviyo tells of and reason for making none.
{{ config(materialized='view') }}

with

events as (
    select * from {{ ref('stg_klaviyo__events') }}
),

metrics as (
    select * from {{ ref('stg_klaviyo__metrics') }}
),

named as (
    select
        events.*,
        metrics.metric_name,
        case metrics.metric_name
            when 'Received Email' then 'email_sent'
            when 'Bounced Email' then 'email_sent'
            when 'Opened Email' then 'email_opened'
            when 'Clicked Email' then 'email_clicked'
            when 'Sent Text Message' then 'sms_sent'
            when 'Received Text Message' then 'sms_sent'
            when 'Failed to Deliver Text Message' then 'sms_sent'
            when 'Clicked Text Message' then 'sms_clicked'
        end as event_type
    from events
    left join metrics
        on events.metric_id = metrics.metric_id
),

judged as (
    select
        named.event_type,
        case
            when named.event_type is null
                then 'no message: ' || coalesce(named.metric_name, 'of no known kind')
            when
                row_number() over (
                    partition by
                        named.event_type,
                        named.profile_id,
                        coalesce(named.message_id, 'event-' || named.klaviyo_event_id)
                    order by named.occurred_at, named.klaviyo_event_id
                ) > 1
                then 'the same message to the same person again'
        end as reason
    from named
)

select
    'klaviyo' as source,
    'events' as table_name,
    coalesce(judged.event_type, 'none') as event_type,
    coalesce(judged.reason, 'made') as outcome,
    count(*) as row_count
from judged
group by
    coalesce(judged.event_type, 'none'),
    coalesce(judged.reason, 'made')
