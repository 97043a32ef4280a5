-- Grain: one row per e-mail or text of a flow or campaign sent to, opened or clicked by a profile.
with

metrics as (
    select * from {{ ref('stg_klaviyo__metrics') }}
),

events as (
    select * from {{ ref('stg_klaviyo__events') }}
),

flows as (
    select * from {{ ref('stg_klaviyo__flows') }}
),

-- An e-mail that came back was sent, too; a text that was sent and arrived is one text.
messages as (
    select
        case metrics.metric_name
            when 'Opened Email' then 'email_opened'
            when 'Clicked Email' then 'email_clicked'
            when 'Received Email' then 'email_sent'
            when 'Bounced Email' then 'email_sent'
            when 'Clicked Text Message' then 'sms_clicked'
            else 'sms_sent'
        end as event_type,
        events.record_key,
        events.profile_id,
        events.flow_id,
        events.message_name,
        coalesce(events.message_id, 'event-' || events.klaviyo_event_id) as message_id,
        events.occurred_at,
        events.klaviyo_event_id
    from events
    inner join metrics
        on events.metric_id = metrics.metric_id
    where
        metrics.metric_name
        in (
            'Received Email',
            'Bounced Email',
            'Opened Email',
            'Clicked Email',
            'Sent Text Message',
            'Received Text Message',
            'Failed to Deliver Text Message',
            'Clicked Text Message'
        )
),

-- What somebody opens again and again is opened once, when they first did.
first_of_message as (
    select *
    from messages
    qualify row_number() over (
        partition by messages.event_type, messages.profile_id, messages.message_id
        order by messages.occurred_at nulls last, messages.klaviyo_event_id
    ) = 1
)

select
    {{ event_id(
        "first_of_message.event_type",
        "'klaviyo'",
        "first_of_message.message_id || ':' || coalesce(first_of_message.profile_id, '')",
        "'recipient'"
    ) }} as event_id,
    first_of_message.event_type,
    first_of_message.occurred_at,
    first_of_message.record_key,
    'klaviyo' as source,
    'exact' as attribution,
    case
        when first_of_message.flow_id is null then 'klaviyo:campaign:'
        else 'klaviyo:flow_message:'
    end || first_of_message.message_id as subject,
    cast(null as decimal(18, 2)) as amount,
    cast(null as varchar) as currency,
    -- The subject line is left out: it may greet its reader by name.
    json_object(
        'campaign_id', case
            when first_of_message.flow_id is null then first_of_message.message_id
        end,
        'campaign_title', first_of_message.message_name,
        'flow_id', first_of_message.flow_id,
        'flow_name', flows.flow_name,
        'message_id', first_of_message.message_id
    ) as details
from first_of_message
left join flows
    on first_of_message.flow_id = flows.flow_id
