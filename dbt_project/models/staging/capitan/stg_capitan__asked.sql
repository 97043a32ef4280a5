-- Grain: one row per table and customer of whom it was asked.
with

asked as (
    select * from {{ source('capitan', 'asked') }}
),

renamed as (
    select
        -- ids
        asked.parent_id as capitan_customer_id,

        -- strings
        asked.table_name,

        -- numbers
        asked.rows as row_count,

        -- dates and times
        cast(asked._seen_on as date) as last_asked_date
    from asked
)

select * from renamed
