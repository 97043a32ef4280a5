-- Grain: one row per profile, suppression or event that shows whether messages are wanted.
{{ config(materialized='view', tags=['on_demand']) }}

with

profiles as (
    select * from {{ ref('stg_klaviyo__profiles') }}
),

suppressions as (
    select * from {{ ref('stg_klaviyo__suppressions') }}
),

events as (
    select * from {{ ref('stg_klaviyo__events') }}
),

metrics as (
    select * from {{ ref('stg_klaviyo__metrics') }}
),

told as (
    select
        events.*,
        metrics.metric_name
    from events
    inner join metrics
        on events.metric_id = metrics.metric_id
),

subscriptions as (
    select
        profiles.profile_id,
        'email' as channel,
        case profiles.email_consent when 'SUBSCRIBED' then 'opted_in' else 'opted_out' end
            as state,
        profiles.email_consent as source_status,
        profiles.email_consent_method as vendor_method,
        profiles.email_consent_at as effective_at,
        profiles.record_key as proof
    from profiles
    where profiles.email_consent in ('SUBSCRIBED', 'UNSUBSCRIBED')
    union all by name
    select
        profiles.profile_id,
        'sms' as channel,
        case profiles.sms_consent when 'SUBSCRIBED' then 'opted_in' else 'opted_out' end
            as state,
        profiles.sms_consent as source_status,
        profiles.sms_consent_method as vendor_method,
        profiles.sms_consent_at as effective_at,
        profiles.record_key as proof
    from profiles
    where profiles.sms_consent in ('SUBSCRIBED', 'UNSUBSCRIBED')
    union all by name
    -- A suppression that was lifted stays: a subscribe call lifts it without asking anybody.
    select
        suppressions.profile_id,
        'email' as channel,
        'opted_out' as state,
        suppressions.suppression_reason as source_status,
        cast(null as varchar) as vendor_method,
        suppressions.suppressed_at as effective_at,
        'klaviyo:suppression:' || suppressions.profile_id || ':'
        || suppressions.suppression_reason as proof
    from suppressions
    union all by name
    select
        told.profile_id,
        case when contains(told.metric_name, 'Text') then 'sms' else 'email' end as channel,
        case when starts_with(told.metric_name, 'Subscribed') then 'opted_in' else 'opted_out' end
            as state,
        case told.metric_name
            when 'Marked Email as Spam' then 'SPAM_COMPLAINT'
            when 'Bounced Email' then 'HARD_BOUNCE'
            when 'Manually Suppressed from Email Marketing' then 'USER_SUPPRESSED'
            when 'Subscribed to Email Marketing' then 'SUBSCRIBED'
            when 'Subscribed to Text Messaging Marketing' then 'SUBSCRIBED'
            else 'UNSUBSCRIBED'
        end as source_status,
        {{ json_text("told.event_properties", "$.method") }} as vendor_method,
        told.occurred_at as effective_at,
        'klaviyo:event:' || told.klaviyo_event_id as proof
    from told
    where
        told.metric_name in (
            'Subscribed to Email Marketing',
            'Unsubscribed from Email Marketing',
            'Marked Email as Spam',
            'Manually Suppressed from Email Marketing',
            'Subscribed to Text Messaging Marketing',
            'Unsubscribed from Text Messaging Marketing'
        )
        or (told.metric_name = 'Bounced Email' and told.bounce_type = 'Hard')
)

-- Who was put on a list by a call or an import has not been asked.
select
    case subscriptions.channel when 'email' then 'email' else 'phone' end as contact_point_type,
    case subscriptions.channel when 'email' then profiles.email else profiles.phone end
        as value_raw,
    subscriptions.channel,
    subscriptions.state,
    case subscriptions.state
        when 'opted_in'
            then coalesce(
                subscriptions.vendor_method
                in ('FORM', 'PREFERENCE_PAGE', 'INBOUND_MESSAGE', 'CHECKOUT'),
                false
            )
        else subscriptions.source_status in ('UNSUBSCRIBED', 'UNSUBSCRIBE', 'SPAM_COMPLAINT')
    end as is_explicit,
    case subscriptions.source_status
        when 'SPAM_COMPLAINT' then 'spam_report'
        when 'HARD_BOUNCE' then 'bounce'
        when 'INVALID_EMAIL' then 'invalid_address'
        when 'USER_SUPPRESSED' then 'suppressed_by_staff'
        when 'SUBSCRIBED' then lower(coalesce(subscriptions.vendor_method, 'unknown'))
        else 'unsubscribe'
    end as method,
    'klaviyo' as source,
    subscriptions.source_status,
    subscriptions.effective_at,
    subscriptions.proof,
    profiles.record_key
from subscriptions
inner join profiles
    on subscriptions.profile_id = profiles.profile_id
where
    case subscriptions.channel when 'email' then profiles.email else profiles.phone end
    is not null
