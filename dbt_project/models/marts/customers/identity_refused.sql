-- Grain: one row per pair of records that were not joined although something spoke for it.
with

walk as (
    select * from {{ ref('int_identity__walk') }}
),

edges as (
    select * from {{ ref('int_edge__unioned') }}
),

contact_pairs as (
    select * from {{ ref('int_identity__contact_pairs') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

refused as (
    select
        walk.record_key_a,
        walk.record_key_b,
        walk.refused_because as reason,
        walk.refused_key_a as conflicting_key_a,
        walk.refused_key_b as conflicting_key_b
    from walk
    where walk.refused_because is not null
    union all by name
    select
        edges.record_key_a,
        edges.record_key_b,
        'fits two people equally well' as reason,
        cast(null as varchar) as conflicting_key_a,
        cast(null as varchar) as conflicting_key_b
    from edges
    where edges.is_torn
    union all by name
    select
        contact_pairs.record_key_a,
        contact_pairs.record_key_b,
        contact_pairs.incompatible_because as reason,
        contact_pairs.record_key_a as conflicting_key_a,
        contact_pairs.record_key_b as conflicting_key_b
    from contact_pairs
    where contact_pairs.incompatible_because is not null
)

-- Two records that came together on another way were not kept apart after all.
select refused.*
from refused
inner join members as member_a
    on refused.record_key_a = member_a.record_key
inner join members as member_b
    on refused.record_key_b = member_b.record_key
where member_a.customer_id <> member_b.customer_id
qualify row_number() over (
    partition by refused.record_key_a, refused.record_key_b
    order by refused.reason
) = 1
