-- Grain: one row per flag that was really handed to a destination.
with

deliveries as (
    select * from {{ source('ops', 'deliveries') }}
),

renamed as (
    select
        -- ids
        deliveries.delivery_key,
        deliveries.customer_id,
        deliveries.addressee_customer_id,

        -- strings
        deliveries.destination,
        deliveries.flag_type,

        -- dates and times
        cast(deliveries.delivered_on as date) as delivered_date
    from deliveries
)

select * from renamed
