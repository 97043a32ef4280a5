-- Grain: one row per Square customer group, deleted ones included.
with

customer_groups as (
    select * from {{ source('square', 'customer_groups') }}
),

renamed as (
    select
        -- ids
        customer_groups.id as square_group_id,

        -- strings
        nullif(trim(customer_groups.name), '') as square_group_name,

        -- booleans
        {{ is_deleted('square', 'customer_groups', 'customer_groups') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("customer_groups.created_at") }} as created_at,
        {{ iso_to_utc("customer_groups.updated_at") }} as updated_at
    from customer_groups
)

select * from renamed
