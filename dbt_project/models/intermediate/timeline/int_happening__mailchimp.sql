-- Grain: one row per table of Mailchimp's, kind of event and reason for making none.
{{ config(materialized='view') }}

with

sent_to as (
    select * from {{ ref('stg_mailchimp__sent_to') }}
),

email_activity as (
    select * from {{ ref('stg_mailchimp__email_activity') }}
),

source_rows as (
    select
        'sent_to' as table_name,
        'email_sent' as event_type,
        cast(null as varchar) as reason
    from sent_to
    union all by name
    select
        'email_activity' as table_name,
        case email_activity.activity_type
            when 'open' then 'email_opened'
            when 'click' then 'email_clicked'
            else 'email_sent'
        end as event_type,
        case
            when email_activity.activity_type not in ('open', 'click')
                then 'a message of the mail system: ' || email_activity.activity_type
            when
                row_number() over (
                    partition by
                        email_activity.activity_type,
                        email_activity.campaign_id,
                        email_activity.list_id,
                        email_activity.email_id
                    order by email_activity.occurred_at
                ) > 1
                then 'the same person did the same before'
        end as reason
    from email_activity
)

select
    'mailchimp' as source,
    source_rows.table_name,
    coalesce(source_rows.event_type, 'none') as event_type,
    coalesce(source_rows.reason, 'made') as outcome,
    count(*) as row_count
from source_rows
group by
    source_rows.table_name,
    coalesce(source_rows.event_type, 'none'),
    coalesce(source_rows.reason, 'made')
