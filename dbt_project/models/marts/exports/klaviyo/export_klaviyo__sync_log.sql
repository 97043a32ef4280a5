-- Grain: one row per sync with Klaviyo that made calls.
with

calls as (
    select * from {{ ref('stg_ops__sync_calls') }}
)

select
    calls.intended_at as "timestamp",
    count(*) filter (
        where calls.action = 'import' and calls.outcome = 'done'
    ) as profiles_synced,
    -- A sync subscribes nobody: consent comes from people.
    0 as profiles_subscribed,
    count(*) filter (
        where calls.action = 'import' and calls.outcome in ('failed', 'refused')
    ) as profiles_failed,
    count(*) filter (where calls.action = 'tell' and calls.outcome = 'done') as events_synced,
    count(*) filter (
        where calls.action = 'tell' and calls.outcome in ('failed', 'refused')
    ) as events_failed
from calls
where calls.destination = 'klaviyo' and calls.outcome in ('done', 'failed', 'refused')
group by calls.intended_at
