-- Grain: one row per Mailchimp list and address, members who left included.
with

members as (
    select * from {{ ref('stg_mailchimp__members') }}
)

select
    members.record_key,
    members.list_id,
    members.email_id,
    members.email,
    members.member_status,
    members.email_type,
    members.signed_up_at,
    members.opted_in_at,
    members.signup_source,
    members.tags
from members
where not members.is_deleted
