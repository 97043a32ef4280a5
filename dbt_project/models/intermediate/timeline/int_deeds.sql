-- Grain: one row per flag that was set or handed over, and tag set or taken, by day to yesterday.
{{ config(materialized='view') }}

with

flag_history as (
    select * from {{ ref('stg_ops__flag_history') }}
),

deliveries as (
    select * from {{ ref('stg_ops__deliveries') }}
),

sync_calls as (
    select * from {{ ref('stg_ops__sync_calls') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

deeds as (
    select
        'flag_set' as event_type,
        flag_history.changed_date as done_on,
        flag_history.customer_id,
        flag_history.customer_id || ' ' || flag_history.flag_type as subject,
        json_object('flag_type', flag_history.flag_type) as details
    from flag_history
    where flag_history.change = 'begins'
    union all by name
    select
        'flag_synced' as event_type,
        deliveries.delivered_date as done_on,
        deliveries.customer_id,
        deliveries.delivery_key as subject,
        json_object(
            'flag_type', deliveries.flag_type,
            'destination', deliveries.destination
        ) as details
    from deliveries
    union all by name
    -- A tag that came and went within a day has both; one that was set twice has it once.
    select distinct
        case sync_calls.action when 'tag' then 'tag_added' else 'tag_removed' end as event_type,
        {{ business_date("sync_calls.intended_at") }} as done_on,
        sync_calls.customer_id,
        sync_calls.account_id || ' ' || sync_calls.mark as subject,
        json_object('tag', sync_calls.mark, 'destination', sync_calls.destination) as details
    from sync_calls
    where
        sync_calls.action in ('tag', 'untag')
        and sync_calls.outcome = 'done'
)

select deeds.*
from deeds
cross join run
-- What this very day does is done after its models were built, and no second run may see it.
where deeds.done_on < run.as_of_date
