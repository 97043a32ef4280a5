-- Grain: one row per SendGrid template, deleted ones included.
with

templates as (
    select * from {{ source('sendgrid', 'templates') }}
),

renamed as (
    select
        -- ids
        templates.id as template_id,

        -- strings
        nullif(trim(templates.name), '') as template_name,
        templates.generation,

        -- numbers
        json_array_length(templates.versions) as version_count,

        -- booleans
        {{ is_deleted('sendgrid', 'templates', 'templates') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("templates.updated_at || 'Z'") }} as updated_at
    from templates
)

select * from renamed
