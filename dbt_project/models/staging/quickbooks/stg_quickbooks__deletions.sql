-- Grain: one row per kind and number of a row that was deleted from the books.
with

deletions as (
    select * from {{ source('quickbooks', 'deletions') }}
),

renamed as (
    select
        -- ids
        deletions.id as entity_id,

        -- strings
        deletions.entity,

        -- dates and times
        {{ iso_to_utc(json_text("deletions.meta_data", "$.LastUpdatedTime")) }} as deleted_at
    from deletions
)

select * from renamed
