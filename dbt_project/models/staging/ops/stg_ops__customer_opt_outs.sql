-- Grain: one row per customer, channel and address of theirs that had opted out.
with

customer_opt_outs as (
    select * from {{ source('ops', 'customer_opt_outs') }}
),

renamed as (
    select
        -- ids
        customer_opt_outs.customer_id,
        customer_opt_outs.contact_key,

        -- strings
        customer_opt_outs.channel,

        -- dates and times
        cast(customer_opt_outs.noted_on as date) as noted_date
    from customer_opt_outs
)

select * from renamed
