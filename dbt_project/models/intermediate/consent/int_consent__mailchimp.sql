-- Grain: one row per list and address whose status says whether e-mail is wanted.
{{ config(materialized='view', tags=['on_demand']) }}

with

members as (
    select * from {{ ref('stg_mailchimp__members') }}
)

-- Pending, transactional and archived say nothing. An opt-out is dated by the change, never by the
-- opt-in before it; an opt-in by itself, since a new tag moves the change too.
select
    'email' as contact_point_type,
    members.email as value_raw,
    'email' as channel,
    case members.member_status when 'subscribed' then 'opted_in' else 'opted_out' end as state,
    case members.member_status
        when 'subscribed' then members.signed_up_at is not null
        else members.member_status = 'unsubscribed'
    end as is_explicit,
    case
        when members.member_status = 'unsubscribed' then 'unsubscribe'
        when members.member_status = 'cleaned' then 'bounce'
        when members.signed_up_at is not null then 'form'
        else 'import'
    end as method,
    'mailchimp' as source,
    members.member_status as source_status,
    case members.member_status
        when 'subscribed' then coalesce(members.opted_in_at, members.signed_up_at)
        else members.changed_at
    end as effective_at,
    members.record_key as proof,
    members.record_key
from members
where
    members.member_status in ('subscribed', 'unsubscribed', 'cleaned')
    and members.email is not null
