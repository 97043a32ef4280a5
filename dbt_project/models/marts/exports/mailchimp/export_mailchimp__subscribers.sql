-- Grain: one row per Mailchimp list and address.
with

subscribers as (
    select * from {{ ref('int_subscribers__mailchimp') }}
)

select
    subscribers.list_id || '-' || subscribers.email_id as member_id,
    subscribers.email as email_address,
    subscribers.member_status as status,
    subscribers.email_type,
    subscribers.signed_up_at as timestamp_signup,
    subscribers.opted_in_at as timestamp_opt_in,
    subscribers.signup_source as source,
    array_to_string(
        list_transform({{ json_list("subscribers.tags") }}, lambda tag: tag ->> '$.name'), '|'
    ) as tags
from subscribers
