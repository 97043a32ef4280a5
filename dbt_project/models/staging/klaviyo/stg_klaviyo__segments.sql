-- Grain: one row per Klaviyo segment, deleted ones included.
with

segments as (
    select * from {{ source('klaviyo', 'segments') }}
),

renamed as (
    select
        -- ids
        segments.id as segment_id,

        -- strings
        nullif(trim(segments.name), '') as segment_name,
        segments.definition as segment_rules,

        -- booleans
        coalesce(segments.is_active, false) as is_active,
        {{ is_deleted('klaviyo', 'segments', 'segments') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("segments.created") }} as created_at,
        {{ iso_to_utc("segments.updated") }} as updated_at
    from segments
)

select * from renamed
