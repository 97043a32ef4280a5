-- Every happening of every source is on exactly one customer's timeline, or in unmatched_events.
with

placed as (
    select customer_events.event_id from {{ ref('customer_events') }} as customer_events
    union all
    select unmatched_events.event_id from {{ ref('unmatched_events') }} as unmatched_events
),

counted as (
    select
        placed.event_id,
        count(*) as place_count
    from placed
    group by placed.event_id
)

select
    events.event_id,
    counted.place_count
from {{ ref('int_event__unioned') }} as events
full outer join counted
    on events.event_id = counted.event_id
where counted.place_count is distinct from 1 or events.event_id is null
