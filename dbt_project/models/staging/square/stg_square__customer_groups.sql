-- Grain: one row per Square customer group, deleted ones included.
with

customer_groups as (
    select * from {{ source('square', 'customer_groups') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_square__loads') }} as loads
    where loads.table_name = 'customer_groups'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_square__rejected') }} as rejected
    where rejected.table_name = 'customer_groups'
),

renamed as (
    select
        -- ids
        customer_groups.id as square_group_id,

        -- strings
        nullif(trim(customer_groups.name), '') as square_group_name,

        -- booleans
        coalesce(
            greatest(cast(customer_groups._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("customer_groups.created_at") }} as created_at,
        {{ iso_to_utc("customer_groups.updated_at") }} as updated_at
    from customer_groups
    left join refused
        on customer_groups.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
