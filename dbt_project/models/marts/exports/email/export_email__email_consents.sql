-- Grain: one row per Klaviyo profile that ever subscribed or is suppressed.
with

email_consents as (
    select * from {{ ref('int_email_consents__klaviyo') }}
),

run as (
    select {{ as_of() }} as as_of_date
)

select
    md5(concat_ws(
        ':',
        lower(email_consents.email),
        strftime(email_consents.email_consent_at, '%Y-%m-%dT%H:%M:%S'),
        email_consents.profile_id
    )) as consent_id,
    email_consents.email,
    case
        when
            email_consents.email_consent = 'SUBSCRIBED'
            and email_consents.suppression_reason is null
            then 'active'
        else 'unsubscribed'
    end as consent_status,
    email_consents.email_consent_at as consent_timestamp,
    email_consents.email_consent_method as consent_method,
    email_consents.profile_id as klaviyo_profile_id,
    email_consents.given_name as first_name,
    email_consents.family_name as last_name,
    email_consents.phone,
    email_consents.suppression_reason,
    email_consents.suppressed_at as suppression_timestamp,
    run.as_of_date as synced_at
from email_consents
cross join run
where
    email_consents.email_consent in ('SUBSCRIBED', 'UNSUBSCRIBED')
    or email_consents.suppression_reason is not null
