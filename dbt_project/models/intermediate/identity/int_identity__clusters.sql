-- Grain: one row per record, with the cluster of records that are one customer today.
with

named_clusters as (
    select * from {{ ref('int_identity__named_clusters') }}
),

nameless as (
    select * from {{ ref('int_identity__nameless') }}
)

select
    named_clusters.record_key,
    named_clusters.cluster_key
from named_clusters
union all by name
select
    nameless.record_key,
    nameless.cluster_key
from nameless
