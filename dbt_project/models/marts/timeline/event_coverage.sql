-- Grain: one row per source, kind of event and reason for making none; no reason means it is made.
with

happenings as (
    select * from {{ ref('int_happening__unioned') }}
),

events as (
    select * from {{ ref('int_event__unioned') }}
),

expected as (
    select
        happenings.source,
        happenings.event_type,
        happenings.outcome,
        cast(sum(happenings.row_count) as bigint) as row_count
    from happenings
    group by happenings.source, happenings.event_type, happenings.outcome
),

made as (
    select
        events.source,
        events.event_type,
        count(*) as event_count
    from events
    group by events.source, events.event_type
)

select
    expected.source,
    expected.event_type,
    expected.outcome,
    expected.row_count,
    case when expected.outcome = 'made' then coalesce(made.event_count, 0) end as event_count
from expected
left join made
    on
        expected.source = made.source
        and expected.event_type = made.event_type
