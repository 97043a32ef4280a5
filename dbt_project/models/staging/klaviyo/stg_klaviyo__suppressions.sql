-- Grain: one row per Klaviyo profile and reason to send it no e-mail, lifted ones included.
with

suppressions as (
    select * from {{ source('klaviyo', 'suppressions') }}
),

renamed as (
    select
        -- ids
        suppressions.profile_id,
        'klaviyo:profile:' || suppressions.profile_id as record_key,

        -- strings
        suppressions.reason as suppression_reason,

        -- booleans
        {{ is_deleted('klaviyo', 'suppressions', 'suppressions', ['profile_id', 'reason']) }}
            as is_deleted,

        -- dates and times
        {{ iso_to_utc("suppressions.timestamp") }} as suppressed_at
    from suppressions
)

select * from renamed
