-- Grain: one row per record, with the clusters of records that are one customer today.
with

named_clusters as (
    select * from {{ ref('int_identity__named_clusters') }}
),

nameless as (
    select * from {{ ref('int_identity__nameless') }}
),

walked as (
    select * from {{ ref('int_identity__walked') }}
),

-- distinct: all records of a cluster lie in one cluster of the low answer.
low_clusters as (
    select distinct
        named_clusters.cluster_key,
        named_clusters.cluster_key_low
    from named_clusters
)

select
    named_clusters.record_key,
    named_clusters.cluster_key_exact,
    named_clusters.cluster_key,
    named_clusters.cluster_key_low
from named_clusters
union all by name
select
    nameless.record_key,
    nameless.cluster_key_exact,
    nameless.cluster_key,
    -- Whom likeness alone suggests counts only for a record that belongs to nobody.
    coalesce(
        low_clusters.cluster_key_low,
        case
            when nameless.cluster_key = nameless.record_key and nameless.is_alone
                then walked.cluster_key_low
        end,
        nameless.cluster_key
    ) as cluster_key_low
from nameless
left join low_clusters
    on nameless.cluster_key = low_clusters.cluster_key
left join walked
    on nameless.record_key = walked.record_key
