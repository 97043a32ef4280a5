-- Grain: one row per Klaviyo flow, deleted ones included.
with

flows as (
    select * from {{ source('klaviyo', 'flows') }}
),

renamed as (
    select
        -- ids
        flows.id as flow_id,

        -- strings
        nullif(trim(flows.name), '') as flow_name,
        flows.status as flow_status,
        flows.trigger_type,

        -- booleans
        coalesce(flows.archived, false) as is_archived,
        {{ is_deleted('klaviyo', 'flows', 'flows') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("flows.created") }} as created_at,
        {{ iso_to_utc("flows.updated") }} as updated_at
    from flows
)

select * from renamed
