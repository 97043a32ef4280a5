-- Grain: one row per record, with its customer and the strength of its place there.
with

clusters as (
    select * from {{ ref('int_identity__clusters') }}
),

customer_ids as (
    select * from {{ ref('int_identity__customer_ids') }}
)

select
    clusters.record_key,
    customer_ids.customer_id,
    clusters.cluster_key,
    'exact' as place_confidence
from clusters
inner join customer_ids
    on clusters.cluster_key = customer_ids.cluster_key
