-- Grain: one row per Klaviyo metric, deleted ones included.
with

metrics as (
    select * from {{ source('klaviyo', 'metrics') }}
),

renamed as (
    select
        -- ids
        metrics.id as metric_id,

        -- strings
        nullif(trim(metrics.name), '') as metric_name,
        {{ json_text("metrics.integration", "$.key") }} as integration_key,

        -- booleans
        {{ is_deleted('klaviyo', 'metrics', 'metrics') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("metrics.created") }} as created_at,
        {{ iso_to_utc("metrics.updated") }} as updated_at
    from metrics
)

select * from renamed
