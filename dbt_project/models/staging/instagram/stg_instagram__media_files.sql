-- Grain: one row per Instagram post whose picture or video was asked for.
with

media_files as (
    select * from {{ source('instagram', 'media_files') }}
),

renamed as (
    select
        -- ids
        media_files.id as post_id,

        -- strings
        media_files.path as file_path,
        media_files.sha256 as file_sha256,
        media_files.content_type,
        media_files.problem as file_problem,

        -- numbers
        media_files.bytes as file_bytes
    from media_files
)

select * from renamed
