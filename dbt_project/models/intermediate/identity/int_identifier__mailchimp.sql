-- Grain: one row per Mailchimp record, type and value of an e-mail or phone it was seen with.
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

sightings as (
    select
        members.record_key,
        'email' as identifier_type,
        members.email as value_raw,
        coalesce(members.opted_in_at, members.signed_up_at, members.changed_at) as seen_at
    from members
    union all by name
    select
        members.record_key,
        'phone' as identifier_type,
        members.phone as value_raw,
        coalesce(members.opted_in_at, members.signed_up_at, members.changed_at) as seen_at
    from members
    union all by name
    -- A changed address survives on the reports of what was sent to it.
    select
        'mailchimp:member:' || sent_to.list_id || '-' || sent_to.email_id as record_key,
        'email' as identifier_type,
        sent_to.email as value_raw,
        campaigns.sent_at as seen_at
    from sent_to
    left join campaigns
        on sent_to.campaign_id = campaigns.campaign_id
)

select
    sightings.record_key,
    sightings.identifier_type,
    sightings.value_raw,
    'own' as origin,
    min(sightings.seen_at) as seen_at
from sightings
where sightings.value_raw is not null
group by sightings.record_key, sightings.identifier_type, sightings.value_raw
