-- Grain: one row per customer id that this run merges into another, or that is split off another.
with

known_ids as (
    select * from {{ ref('stg_ops__customer_ids') }}
),

history as (
    select * from {{ ref('stg_ops__customer_id_history') }}
),

known_records as (
    select * from {{ ref('stg_ops__customer_id_records') }}
),

registry as (
    select * from {{ ref('int_identity__registry') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

edges as (
    select * from {{ ref('int_edge__unioned') }}
),

conflicts as (
    select * from {{ ref('int_identity__conflicts') }}
),

confidence_levels as (
    select * from {{ ref('confidence_levels') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

moved as (
    select
        known_records.record_key,
        known_records.customer_id as old_id,
        members.customer_id as new_id
    from known_records
    inner join members
        on known_records.record_key = members.record_key
    where known_records.customer_id <> members.customer_id
),

-- An edge between what were two customers is why they are one.
joining as (
    select
        record_a.customer_id as id_1,
        record_b.customer_id as id_2,
        edges.reason
    from edges
    inner join known_records as record_a
        on edges.record_key_a = record_a.record_key
    inner join known_records as record_b
        on edges.record_key_b = record_b.record_key
    inner join confidence_levels
        on edges.confidence = confidence_levels.confidence
    where not edges.is_torn and record_a.customer_id <> record_b.customer_id
    qualify row_number() over (
        partition by
            least(record_a.customer_id, record_b.customer_id),
            greatest(record_a.customer_id, record_b.customer_id)
        order by confidence_levels.weakness, edges.strength desc, edges.reason
    ) = 1
),

-- A conflict between two records of what was one customer is why they are two.
parting as (
    select
        record_a.customer_id as id_1,
        record_b.customer_id as id_2,
        min(conflicts.reason) as reason
    from conflicts
    inner join members as record_a
        on conflicts.record_key_a = record_a.record_key
    inner join members as record_b
        on conflicts.record_key_b = record_b.record_key
    group by record_a.customer_id, record_b.customer_id
),

merged as (
    select
        registry.customer_id,
        registry.merged_into_customer_id as other_customer_id,
        joining.reason,
        count(moved.record_key) as record_count
    from registry
    inner join known_ids
        on registry.customer_id = known_ids.customer_id
    left join moved
        on
            registry.customer_id = moved.old_id
            and registry.merged_into_customer_id = moved.new_id
    left join joining
        on
            least(registry.customer_id, registry.merged_into_customer_id)
            = least(joining.id_1, joining.id_2)
            and greatest(registry.customer_id, registry.merged_into_customer_id)
            = greatest(joining.id_1, joining.id_2)
    where registry.retired_date is not null and known_ids.retired_date is null
    group by registry.customer_id, registry.merged_into_customer_id, joining.reason
),

split as (
    select
        moved.new_id as customer_id,
        moved.old_id as other_customer_id,
        min(parting.reason) as reason,
        count(distinct moved.record_key) as record_count
    from moved
    inner join registry
        on moved.old_id = registry.customer_id
    left join parting
        on
            (moved.new_id = parting.id_1 and moved.old_id = parting.id_2)
            or (moved.new_id = parting.id_2 and moved.old_id = parting.id_1)
    where registry.retired_date is null
    group by moved.new_id, moved.old_id
),

found as (
    select
        run.as_of_date as changed_on,
        'merged into' as change,
        merged.customer_id,
        merged.other_customer_id,
        merged.record_count,
        coalesce(merged.reason, 'what held them apart is gone') as reason
    from merged
    cross join run
    union all by name
    select
        run.as_of_date as changed_on,
        'split from' as change,
        split.customer_id,
        split.other_customer_id,
        split.record_count,
        coalesce(split.reason, 'what joined them is gone') as reason
    from split
    cross join run
),

-- What an earlier run of the same day has published is today's change, too.
published_today as (
    select history.*
    from history
    inner join run
        on history.changed_on = run.as_of_date
)

select
    found.changed_on,
    found.change,
    found.customer_id,
    found.other_customer_id,
    found.record_count,
    found.reason
from found
-- union: nothing that was published is found once more, unless it was undone in between.
union
select
    published_today.changed_on,
    published_today.change,
    published_today.customer_id,
    published_today.other_customer_id,
    published_today.record_count,
    published_today.reason
from published_today
