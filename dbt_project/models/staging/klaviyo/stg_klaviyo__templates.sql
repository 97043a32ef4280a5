-- Grain: one row per Klaviyo template, deleted ones included.
with

templates as (
    select * from {{ source('klaviyo', 'templates') }}
),

renamed as (
    select
        -- ids
        templates.id as template_id,

        -- strings
        nullif(trim(templates.name), '') as template_name,
        nullif(templates.html, '') as html,
        nullif(templates.text, '') as plain_text,

        -- booleans
        {{ is_deleted('klaviyo', 'templates', 'templates') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("templates.created") }} as created_at,
        {{ iso_to_utc("templates.updated") }} as updated_at
    from templates
)

select * from renamed
