-- Grain: one row per piece of evidence about consent that was ever published.
with

consents as (
    select * from {{ source('ops', 'consents') }}
),

renamed as (
    select
        -- ids
        consents.evidence_key,
        consents.contact_key,
        consents.record_key,
        consents.proof,

        -- strings
        consents.contact_point_type,
        consents.channel,
        consents.state,
        consents.method,
        consents.source,
        consents.source_status,

        -- booleans
        consents.is_explicit = 1 as is_explicit,

        -- dates and times
        cast(consents.effective_at as timestamp) as effective_at,
        cast(consents.noted_on as date) as noted_date
    from consents
)

select * from renamed
