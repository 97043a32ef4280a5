-- Grain: one row per Mailchimp list and person on it, deleted ones included.
with

members as (
    select * from {{ source('mailchimp', 'members') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_mailchimp__loads') }} as loads
    where loads.table_name = 'members'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_mailchimp__rejected') }} as rejected
    where rejected.table_name = 'members'
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
        coalesce(
            greatest(cast(members._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("nullif(members.timestamp_signup, '')") }} as signed_up_at,
        {{ iso_to_utc("nullif(members.timestamp_opt, '')") }} as opted_in_at,
        {{ iso_to_utc("nullif(members.last_changed, '')") }} as changed_at
    from members
    left join refused
        on members.list_id || '-' || members.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
