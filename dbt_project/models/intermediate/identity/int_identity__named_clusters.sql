-- Grain: one row per record that has a name or an exact edge, with its clusters.
with

records as (
    select * from {{ ref('int_identity__records') }}
),

walked as (
    select * from {{ ref('int_identity__walked') }}
)

select
    records.record_key,
    coalesce(walked.cluster_key_exact, records.record_key) as cluster_key_exact,
    coalesce(walked.cluster_key, records.record_key) as cluster_key,
    coalesce(walked.cluster_key_low, records.record_key) as cluster_key_low
from records
left join walked
    on records.record_key = walked.record_key
where records.given_folded is not null or walked.has_exact_edge
