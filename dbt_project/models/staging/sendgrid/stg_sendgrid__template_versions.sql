-- Grain: one row per version of a SendGrid template.
with

templates as (
    select * from {{ source('sendgrid', 'templates') }}
),

versions as (
    select
        templates.id as template_id,
        unnest({{ json_list("templates.versions") }}) as version
    from templates
),

renamed as (
    select
        -- ids
        versions.template_id,
        {{ json_text("versions.version", "$.id") }} as version_id,

        -- strings
        {{ json_text("versions.version", "$.name") }} as version_name,
        {{ json_text("versions.version", "$.subject") }} as subject_line,

        -- booleans
        {{ json_text("versions.version", "$.active") }} = '1' as is_active,

        -- dates and times
        {{ iso_to_utc(json_text("versions.version", "$.updated_at") ~ " || 'Z'") }} as updated_at
    from versions
)

select * from renamed
