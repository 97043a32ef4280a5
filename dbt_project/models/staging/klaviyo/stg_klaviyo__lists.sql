-- Grain: one row per Klaviyo list, deleted ones included.
with

lists as (
    select * from {{ source('klaviyo', 'lists') }}
),

renamed as (
    select
        -- ids
        lists.id as list_id,

        -- strings
        nullif(trim(lists.name), '') as list_name,

        -- booleans
        coalesce(lists.opt_in_process = 'double_opt_in', false) as is_double_opt_in,
        {{ is_deleted('klaviyo', 'lists', 'lists') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("lists.created") }} as created_at,
        {{ iso_to_utc("lists.updated") }} as updated_at
    from lists
)

select * from renamed
