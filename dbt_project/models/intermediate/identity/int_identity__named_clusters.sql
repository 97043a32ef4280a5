-- Grain: one row per record that has a name or a walked edge, with its cluster.
with

records as (
    select * from {{ ref('int_identity__records') }}
),

walk as (
    select * from {{ ref('int_identity__walk') }}
),

-- union: a record with several edges says the same cluster on each.
walked as (
    select
        walk.record_key_a as record_key,
        walk.cluster_a as cluster_key
    from walk
    union
    select
        walk.record_key_b as record_key,
        walk.cluster_b as cluster_key
    from walk
)

select
    records.record_key,
    coalesce(walked.cluster_key, records.record_key) as cluster_key
from records
left join walked
    on records.record_key = walked.record_key
where records.given_folded is not null or walked.record_key is not null
