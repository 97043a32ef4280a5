-- Grain: one row per record that has a name or a walked edge, with its cluster.
with

records as (
    select * from {{ ref('int_identity__records') }}
),

walk as (
    select * from {{ ref('int_identity__walk') }}
),

-- union: a record with several edges says the same clusters on each.
walked as (
    select
        walk.record_key_a as record_key,
        walk.cluster_exact_a as cluster_key_exact,
        walk.cluster_medium_a as cluster_key,
        walk.cluster_low_a as cluster_key_low
    from walk
    union
    select
        walk.record_key_b as record_key,
        walk.cluster_exact_b as cluster_key_exact,
        walk.cluster_medium_b as cluster_key,
        walk.cluster_low_b as cluster_key_low
    from walk
)

select
    records.record_key,
    coalesce(walked.cluster_key_exact, records.record_key) as cluster_key_exact,
    coalesce(walked.cluster_key, records.record_key) as cluster_key,
    coalesce(walked.cluster_key_low, records.record_key) as cluster_key_low
from records
left join walked
    on records.record_key = walked.record_key
where records.given_folded is not null or walked.record_key is not null
