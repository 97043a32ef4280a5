-- Grain: one row per record, with its customer, and that of the surer and the bolder answer.
with

clusters as (
    select * from {{ ref('int_identity__clusters') }}
),

customer_ids as (
    select * from {{ ref('int_identity__customer_ids') }}
),

joined as (
    select
        clusters.record_key,
        clusters.cluster_key,
        clusters.cluster_key_exact,
        clusters.cluster_key_low,
        customer_ids.customer_id,
        customer_ids.first_seen_date,
        bool_or(clusters.record_key = customer_ids.founding_record_key)
            over (partition by clusters.cluster_key_exact) as holds_founder
    from clusters
    inner join customer_ids
        on clusters.cluster_key = customer_ids.cluster_key
),

-- The part for which the id was once given keeps it in the exact answer.
parted as (
    select
        joined.*,
        joined.cluster_key_exact = first_value(joined.cluster_key_exact) over (
            partition by joined.cluster_key
            order by joined.holds_founder desc, joined.cluster_key_exact
        ) as is_of_leading_part
    from joined
)

select
    parted.record_key,
    parted.customer_id,
    case
        when parted.is_of_leading_part then parted.customer_id
        else 'c_' || {{ short_hash("'exact ' || parted.cluster_key_exact") }}
    end as customer_id_exact,
    first_value(parted.customer_id) over (
        partition by parted.cluster_key_low
        order by parted.first_seen_date, parted.customer_id
    ) as customer_id_low,
    parted.cluster_key,
    case when parted.is_of_leading_part then 'exact' else 'medium' end as place_confidence
from parted
