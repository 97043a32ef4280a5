-- Grain: one row per Klaviyo profile, deleted ones included.
with

profiles as (
    select * from {{ source('klaviyo', 'profiles') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_klaviyo__loads') }} as loads
    where loads.table_name = 'profiles'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_klaviyo__rejected') }} as rejected
    where rejected.table_name = 'profiles'
),

renamed as (
    select
        -- ids
        profiles.id as profile_id,
        'klaviyo:profile:' || profiles.id as record_key,
        {{ json_text("profiles.properties", "$.basin_customer_id") }} as pushed_customer_id,

        -- strings
        nullif(trim(profiles.email), '') as email,
        nullif(trim(profiles.phone_number), '') as phone,
        nullif(trim(profiles.first_name), '') as given_name,
        nullif(trim(profiles.last_name), '') as family_name,
        profiles.properties,
        {{ json_text("profiles.subscriptions", "$.email.marketing.consent") }} as email_consent,
        {{ json_text("profiles.subscriptions", "$.email.marketing.method") }}
            as email_consent_method,
        {{ json_text("profiles.subscriptions", "$.email.marketing.custom_method_detail") }}
            as email_consent_note,
        {{ json_text("profiles.subscriptions", "$.sms.marketing.consent") }} as sms_consent,
        {{ json_text("profiles.subscriptions", "$.sms.marketing.method") }} as sms_consent_method,

        -- booleans
        coalesce(
            lower({{ json_text("profiles.properties", "$.is_child") }}) = 'true', false
        ) as is_pushed_child,
        coalesce(
            lower({{ json_text("profiles.properties", "$.is_using_parent_contact") }}) = 'true',
            false
        ) as is_pushed_with_parent_contact,
        coalesce(
            lower({{ json_text(
                "profiles.subscriptions", "$.email.marketing.can_receive_email_marketing"
            ) }}) = 'true',
            false
        ) as can_receive_email,
        coalesce(
            greatest(cast(profiles._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("profiles.created") }} as created_at,
        {{ iso_to_utc("profiles.updated") }} as updated_at,
        {{ iso_to_utc("profiles.last_event_date") }} as last_event_at,
        {{ iso_date(json_text("profiles.properties", "$.birthday")) }} as pushed_birth_date,
        {{ iso_to_utc(json_text("profiles.properties", "$.last_synced_at")) }} as pushed_at,
        {{ iso_to_utc(
            json_text("profiles.subscriptions", "$.email.marketing.consent_timestamp")
        ) }} as email_consent_at,
        {{ iso_to_utc(
            json_text("profiles.subscriptions", "$.sms.marketing.consent_timestamp")
        ) }} as sms_consent_at
    from profiles
    left join refused
        on profiles.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
