-- Grain: one row per merge or split of customer ids, of earlier runs and of this one.
with

history as (
    select * from {{ ref('stg_ops__customer_id_history') }}
),

changes as (
    select * from {{ ref('int_identity__changes') }}
)

select
    history.changed_on,
    history.change,
    history.customer_id,
    history.other_customer_id,
    history.record_count,
    history.reason
from history
where history.changed_on < {{ as_of() }}
union all by name
select
    changes.changed_on,
    changes.change,
    changes.customer_id,
    changes.other_customer_id,
    changes.record_count,
    changes.reason
from changes
