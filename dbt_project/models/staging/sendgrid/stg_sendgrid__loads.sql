-- Grain: one row per table and completed load.
with

loads as (
    select * from {{ source('sendgrid', 'loads') }}
),

renamed as (
    select
        -- ids
        loads._dlt_load_id as load_id,

        -- strings
        loads.table_name,
        loads.mode as load_mode,

        -- numbers
        loads.rows as row_count,
        loads.rejected as rejected_count,

        -- dates and times
        cast(loads.as_of as date) as as_of_date,
        cast(loads.window_start as date) as window_start_date,
        max(case when loads.mode = 'full' then cast(loads.as_of as date) end)
            over (partition by loads.table_name) as last_full_pull_date
    from loads
)

select * from renamed
