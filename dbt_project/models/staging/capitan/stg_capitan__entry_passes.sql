-- Grain: one row per entry pass (day pass, punch card), deleted ones included.
with

customer_entry_passes as (
    select * from {{ source('capitan', 'customer_entry_passes') }}
),

renamed as (
    select
        -- ids
        cast(customer_entry_passes.id as varchar) as entry_pass_id,
        cast(customer_entry_passes.owner_id as varchar) as owner_capitan_customer_id,

        -- booleans
        {{ is_deleted('capitan', 'customer_entry_passes', 'customer_entry_passes') }} as is_deleted
    from customer_entry_passes
)

select * from renamed
