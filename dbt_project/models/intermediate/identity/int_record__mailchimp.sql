-- Grain: one row per list and address that Mailchimp knows or has sent something to.
with

members as (
    select * from {{ ref('stg_mailchimp__members') }}
),

sent_to as (
    select * from {{ ref('stg_mailchimp__sent_to') }}
),

campaigns as (
    select * from {{ ref('stg_mailchimp__campaigns') }}
),

listed as (
    select
        members.record_key,
        members.given_name,
        members.family_name,
        members.is_deleted,
        coalesce(members.opted_in_at, members.signed_up_at, members.changed_at) as created_at
    from members
),

-- Somebody taken off the list is still on the reports of what they were sent.
reported_only as (
    select
        'mailchimp:member:' || sent_to.list_id || '-' || sent_to.email_id as record_key,
        cast(null as varchar) as given_name,
        cast(null as varchar) as family_name,
        true as is_deleted,
        min(campaigns.sent_at) as created_at
    from sent_to
    left join campaigns
        on sent_to.campaign_id = campaigns.campaign_id
    left join members
        on sent_to.list_id = members.list_id and sent_to.email_id = members.email_id
    where members.email_id is null
    group by sent_to.list_id, sent_to.email_id
),

conformed as (
    select *
    from listed
    union all by name
    select *
    from reported_only
)

select
    conformed.record_key,
    'mailchimp' as source,
    conformed.given_name,
    conformed.family_name,
    cast(null as date) as birth_date,
    cast(null as varchar) as postal_address,
    conformed.is_deleted,
    conformed.created_at
from conformed
