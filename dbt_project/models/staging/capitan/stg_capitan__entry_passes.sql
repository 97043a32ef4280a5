-- Grain: one row per entry pass (day pass, punch card), deleted ones included.
with

customer_entry_passes as (
    select * from {{ source('capitan', 'customer_entry_passes') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_capitan__loads') }} as loads
    where loads.table_name = 'customer_entry_passes'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_capitan__rejected') }} as rejected
    where rejected.table_name = 'customer_entry_passes'
),

renamed as (
    select
        -- ids
        cast(customer_entry_passes.id as varchar) as entry_pass_id,
        cast(customer_entry_passes.owner_id as varchar) as owner_capitan_customer_id,

        -- booleans
        coalesce(
            greatest(cast(customer_entry_passes._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted
    from customer_entry_passes
    left join refused
        on cast(customer_entry_passes.id as varchar) = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
