-- Grain: one row per published merge or split of customer ids.
with

customer_id_history as (
    select * from {{ source('ops', 'customer_id_history') }}
),

renamed as (
    select
        -- ids
        customer_id_history.customer_id,
        customer_id_history.other_customer_id,

        -- strings
        customer_id_history.change,
        customer_id_history.reason,

        -- numbers
        customer_id_history.record_count,

        -- dates and times
        cast(customer_id_history.changed_on as date) as changed_on
    from customer_id_history
)

select * from renamed
