-- Grain: one row per campaign e-mail sent to, opened by or clicked by a list member.
with

campaigns as (
    select * from {{ ref('stg_mailchimp__campaigns') }}
),

sent_to as (
    select * from {{ ref('stg_mailchimp__sent_to') }}
),

email_activity as (
    select * from {{ ref('stg_mailchimp__email_activity') }}
),

sent as (
    select
        'email_sent' as event_type,
        sent_to.campaign_id,
        sent_to.list_id,
        sent_to.email_id,
        campaigns.sent_at as occurred_at
    from sent_to
    left join campaigns
        on sent_to.campaign_id = campaigns.campaign_id
),

-- What somebody opens again and again is opened once, when they first did.
acted as (
    select
        case email_activity.activity_type
            when 'open' then 'email_opened'
            else 'email_clicked'
        end as event_type,
        email_activity.campaign_id,
        email_activity.list_id,
        email_activity.email_id,
        min(email_activity.occurred_at) as occurred_at
    from email_activity
    where email_activity.activity_type in ('open', 'click')
    group by
        email_activity.activity_type,
        email_activity.campaign_id,
        email_activity.list_id,
        email_activity.email_id
),

conformed as (
    select *
    from sent
    union all by name
    select *
    from acted
)

select
    {{ event_id(
        "conformed.event_type",
        "'mailchimp'",
        "conformed.campaign_id || ':' || conformed.email_id",
        "'recipient'"
    ) }} as event_id,
    conformed.event_type,
    conformed.occurred_at,
    'mailchimp:member:' || conformed.list_id || '-' || conformed.email_id as record_key,
    'mailchimp' as source,
    'exact' as attribution,
    'mailchimp:campaign:' || conformed.campaign_id as subject,
    cast(null as decimal(18, 2)) as amount,
    cast(null as varchar) as currency,
    json_object(
        'campaign_id', conformed.campaign_id,
        'campaign_title', campaigns.campaign_title,
        'email_subject', campaigns.subject_line
    ) as details
from conformed
left join campaigns
    on conformed.campaign_id = campaigns.campaign_id
