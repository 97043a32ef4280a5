-- Grain: one row per Klaviyo profile, deleted ones included.
with

profiles as (
    select * from {{ source('klaviyo', 'profiles') }}
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
        {{ is_deleted('klaviyo', 'profiles', 'profiles') }} as is_deleted,

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
)

select * from renamed
