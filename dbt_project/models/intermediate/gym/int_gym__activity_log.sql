-- Grain: one row per entry of the activity log.
with

activity_log as (
    select * from {{ ref('stg_capitan__activity_log') }}
)

select * from activity_log
