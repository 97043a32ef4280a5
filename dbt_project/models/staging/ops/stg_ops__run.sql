-- Grain: one row, the run that builds this warehouse.
with

run as (
    select * from {{ source('run', 'run') }}
),

renamed as (
    select
        run.as_of_date,
        run.accepts_retired_ids
    from run
)

select * from renamed
