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
        clusters.record_key = customer_ids.founding_record_key as is_founder
    from clusters
    inner join customer_ids
        on clusters.cluster_key = customer_ids.cluster_key
),

parts as (
    select
        joined.cluster_key,
        joined.cluster_key_exact,
        bool_or(joined.is_founder) as holds_founder
    from joined
    group by joined.cluster_key, joined.cluster_key_exact
),

-- The part for which the id was once given keeps it in the exact answer.
leading_parts as (
    select
        parts.cluster_key,
        min_by(
            parts.cluster_key_exact,
            case when parts.holds_founder then '0' else '1' end || parts.cluster_key_exact
        ) as cluster_key_exact
    from parts
    group by parts.cluster_key
),

-- The oldest id stands for all that may be one person.
low_ids as (
    select
        joined.cluster_key_low,
        min_by(
            joined.customer_id, cast(joined.first_seen_date as varchar) || joined.customer_id
        ) as customer_id_low
    from joined
    group by joined.cluster_key_low
),

parted as (
    select
        joined.*,
        low_ids.customer_id_low,
        joined.cluster_key_exact = leading_parts.cluster_key_exact as is_of_leading_part
    from joined
    inner join leading_parts
        on joined.cluster_key = leading_parts.cluster_key
    inner join low_ids
        on joined.cluster_key_low = low_ids.cluster_key_low
)

select
    parted.record_key,
    parted.customer_id,
    case
        when parted.is_of_leading_part then parted.customer_id
        else 'c_' || {{ short_hash("'exact ' || parted.cluster_key_exact") }}
    end as customer_id_exact,
    parted.customer_id_low,
    parted.cluster_key,
    case when parted.is_of_leading_part then 'exact' else 'medium' end as place_confidence
from parted
