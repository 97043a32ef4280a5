-- Grain: one row per record that has an edge, with its clusters after each level.
with

components as (
    select * from {{ ref('int_identity__components') }}
),

walk as (
    select * from {{ ref('int_identity__walk') }}
),

sides as (
    select
        walk.record_key_a as record_key,
        walk.cluster_exact_a as cluster_key_exact,
        walk.cluster_medium_a as cluster_key,
        walk.cluster_low_a as cluster_key_low
    from walk
    union all by name
    select
        walk.record_key_b as record_key,
        walk.cluster_exact_b as cluster_key_exact,
        walk.cluster_medium_b as cluster_key,
        walk.cluster_low_b as cluster_key_low
    from walk
),

-- A record with several edges says the same clusters on each.
contested as (
    select
        sides.record_key,
        min(sides.cluster_key_exact) as cluster_key_exact,
        min(sides.cluster_key) as cluster_key,
        min(sides.cluster_key_low) as cluster_key_low
    from sides
    group by sides.record_key
)

-- Where nothing is in conflict, whatever hangs together is one person.
select
    components.record_key,
    coalesce(contested.cluster_key_exact, components.component_key_exact) as cluster_key_exact,
    coalesce(contested.cluster_key, components.component_key_medium) as cluster_key,
    coalesce(contested.cluster_key_low, components.component_key_low) as cluster_key_low,
    components.has_exact_edge
from components
left join contested
    on components.record_key = contested.record_key
