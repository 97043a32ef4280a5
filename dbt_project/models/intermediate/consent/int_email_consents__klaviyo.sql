-- Grain: one row per Klaviyo profile with an e-mail, with its subscription and worst suppression.
with

profiles as (
    select * from {{ ref('stg_klaviyo__profiles') }}
),

suppressions as (
    select * from {{ ref('stg_klaviyo__suppressions') }}
),

latest_suppression as (
    select *
    from suppressions
    where not suppressions.is_deleted
    qualify row_number() over (
        partition by suppressions.profile_id
        order by suppressions.suppressed_at desc nulls last, suppressions.suppression_reason
    ) = 1
)

select
    profiles.record_key,
    profiles.profile_id,
    profiles.email,
    profiles.phone,
    profiles.given_name,
    profiles.family_name,
    profiles.email_consent,
    profiles.email_consent_method,
    profiles.email_consent_at,
    latest_suppression.suppression_reason,
    latest_suppression.suppressed_at
from profiles
left join latest_suppression
    on profiles.profile_id = latest_suppression.profile_id
where profiles.email is not null and not profiles.is_deleted
