-- Grain: one row per customer id ever given out, retired ones included.
with

customer_ids as (
    select * from {{ source('ops', 'customer_ids') }}
),

renamed as (
    select
        -- ids
        customer_ids.customer_id,
        customer_ids.founding_record_key,
        customer_ids.merged_into as merged_into_customer_id,

        -- dates and times
        cast(customer_ids.first_seen_on as date) as first_seen_date,
        cast(customer_ids.retired_on as date) as retired_date
    from customer_ids
)

select * from renamed
