-- Grain: one row per Mailchimp list and person on it, deleted ones included.
with

members as (
    select * from {{ source('mailchimp', 'members') }}
),

renamed as (
    select
        -- ids
        members.list_id,
        members.id as email_id,
        'mailchimp:member:' || members.list_id || '-' || members.id as record_key,

        -- strings
        nullif(members.email_address, '') as email,
        nullif(trim(members.full_name), '') as full_name,
        nullif(trim({{ json_text("members.merge_fields", "$.FNAME") }}), '') as given_name,
        nullif(trim({{ json_text("members.merge_fields", "$.LNAME") }}), '') as family_name,
        {{ json_text("members.merge_fields", "$.PHONE") }} as phone,
        members.status as member_status,
        nullif(trim(members.unsubscribe_reason), '') as unsubscribe_reason,
        members.email_type,
        nullif(trim(members.source), '') as signup_source,
        members.tags,

        -- numbers
        members.member_rating,

        -- booleans
        coalesce(members.vip, false) as is_vip,
        {{ is_deleted('mailchimp', 'members', 'members', ['list_id', 'id']) }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("nullif(members.timestamp_signup, '')") }} as signed_up_at,
        {{ iso_to_utc("nullif(members.timestamp_opt, '')") }} as opted_in_at,
        {{ iso_to_utc("nullif(members.last_changed, '')") }} as changed_at
    from members
)

select * from renamed
