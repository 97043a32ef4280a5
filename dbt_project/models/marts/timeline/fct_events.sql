-- Grain: one row per happening that has its time and its day has come.
{{ config(materialized='view') }}

with

events as (
    select * from {{ ref('int_event__unioned') }}
),

run as (
    select {{ as_of() }} as as_of_date
)

select
    events.event_id,
    events.event_type,
    events.occurred_at,
    events.event_date,
    events.record_key,
    events.source,
    events.attribution,
    events.subject,
    events.amount,
    events.currency,
    events.details
from events
cross join run
where
    -- As two conditions DuckDB expects few rows of them, and then holds the events in memory
    -- wherever they are joined, not what they are joined with.
    coalesce(
        events.event_date
        between cast('{{ var("earliest_event_date") }}' as date) and run.as_of_date,
        false
    )
