-- Grain: one row per cluster, with the customer id that it keeps or is given.
with

clusters as (
    select * from {{ ref('int_identity__clusters') }}
),

records as (
    select * from {{ ref('int_identity__records') }}
),

known_ids as (
    select * from {{ ref('stg_ops__customer_ids') }}
),

known_records as (
    select * from {{ ref('stg_ops__customer_id_records') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

founders as (
    select
        clusters.cluster_key,
        clusters.record_key as founding_record_key,
        records.created_at as founded_at
    from clusters
    inner join records
        on clusters.record_key = records.record_key
    qualify row_number() over (
        partition by clusters.cluster_key
        order by records.created_at nulls last, records.source_rank, clusters.record_key
    ) = 1
),

-- How much of each id's former records each cluster of today holds.
shared_records as (
    select
        known_records.customer_id,
        clusters.cluster_key,
        count(*) as record_count
    from clusters
    inner join known_records
        on clusters.record_key = known_records.record_key
    inner join known_ids
        on known_records.customer_id = known_ids.customer_id
    where known_ids.retired_date is null
    group by known_records.customer_id, clusters.cluster_key
),

-- A split id stays with the larger, then the older part.
claimed as (
    select
        shared_records.customer_id,
        shared_records.cluster_key
    from shared_records
    inner join founders
        on shared_records.cluster_key = founders.cluster_key
    qualify row_number() over (
        partition by shared_records.customer_id
        order by
            shared_records.record_count desc,
            founders.founded_at nulls last,
            founders.founding_record_key
    ) = 1
),

-- A merged cluster keeps its oldest id.
kept as (
    select
        claimed.cluster_key,
        claimed.customer_id,
        known_ids.founding_record_key,
        known_ids.first_seen_date
    from claimed
    inner join known_ids
        on claimed.customer_id = known_ids.customer_id
    qualify row_number() over (
        partition by claimed.cluster_key
        order by known_ids.first_seen_date, claimed.customer_id
    ) = 1
),

-- A record that already founded an id which now belongs elsewhere founds its next one.
ids_founded_before as (
    select
        known_ids.founding_record_key,
        count(*) as id_count
    from known_ids
    group by known_ids.founding_record_key
)

select
    founders.cluster_key,
    coalesce(
        kept.customer_id,
        'c_' || {{ short_hash(
            "founders.founding_record_key || coalesce('#' || ids_founded_before.id_count, '')"
        ) }}
    ) as customer_id,
    coalesce(kept.founding_record_key, founders.founding_record_key) as founding_record_key,
    coalesce(kept.first_seen_date, run.as_of_date) as first_seen_date
from founders
left join kept
    on founders.cluster_key = kept.cluster_key
left join ids_founded_before
    on founders.founding_record_key = ids_founded_before.founding_record_key
cross join run
