-- Grain: one row per published begin or end of a flag.
with

flag_history as (
    select * from {{ source('ops', 'flag_history') }}
),

renamed as (
    select
        -- ids
        flag_history.customer_id,

        -- strings
        flag_history.flag_type,
        flag_history.change,

        -- numbers
        flag_history.change_number,

        -- dates and times
        cast(flag_history.changed_on as date) as changed_date,
        cast(flag_history.first_on as date) as first_date
    from flag_history
)

select * from renamed
