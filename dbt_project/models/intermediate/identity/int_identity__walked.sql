-- Grain: one row per record that has a walked edge, with its clusters after each level.
with

walk as (
    select * from {{ ref('int_identity__walk') }}
),

sides as (
    select
        walk.record_key_a as record_key,
        walk.confidence,
        walk.cluster_exact_a as cluster_key_exact,
        walk.cluster_medium_a as cluster_key,
        walk.cluster_low_a as cluster_key_low
    from walk
    union all by name
    select
        walk.record_key_b as record_key,
        walk.confidence,
        walk.cluster_exact_b as cluster_key_exact,
        walk.cluster_medium_b as cluster_key,
        walk.cluster_low_b as cluster_key_low
    from walk
)

-- A record with several edges says the same clusters on each.
select
    sides.record_key,
    min(sides.cluster_key_exact) as cluster_key_exact,
    min(sides.cluster_key) as cluster_key,
    min(sides.cluster_key_low) as cluster_key_low,
    bool_or(sides.confidence = 'exact') as has_exact_edge
from sides
group by sides.record_key
