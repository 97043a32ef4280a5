-- Grain: one row per entry pass (day pass, punch card), deleted ones included.
with

customer_entry_passes as (
    select * from {{ source('capitan', 'customer_entry_passes') }}
),

-- Only id and owner are known to be always there; the rest is used where Capitan sends it.
renamed as (
    select
        -- ids
        cast(customer_entry_passes.id as varchar) as entry_pass_id,
        cast(customer_entry_passes.owner_id as varchar) as owner_capitan_customer_id,

        -- strings
        trim({{ json_text("customer_entry_passes._other", "$.name") }}) as pass_type,

        -- numbers
        try_cast(
            {{ json_text("customer_entry_passes._other", "$.remaining_count") }} as integer
        ) as remaining_count,

        -- booleans
        {{ is_deleted('capitan', 'customer_entry_passes', 'customer_entry_passes') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc(json_text("customer_entry_passes._other", "$.purchased_at")) }}
            as purchased_at
    from customer_entry_passes
)

select * from renamed
