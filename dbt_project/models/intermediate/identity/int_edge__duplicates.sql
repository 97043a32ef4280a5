-- Grain: one row per pair of records that somebody declared to be one person.
with

settings as (
    select 1000 as decided_strength
),

duplicates as (
    select * from {{ ref('_duplicates') }}
),

customer_ids as (
    select * from {{ ref('stg_ops__customer_ids') }}
),

customer_id_records as (
    select * from {{ ref('stg_ops__customer_id_records') }}
),

records as (
    select * from {{ ref('int_identity__records') }}
),

-- member_id is a record key, or a customer id, which after a merge stands for its successor.
followed as (
    select
        duplicates.src || ':' || duplicates.src_id as record_key,
        duplicates.reason_code,
        duplicates.member_id,
        coalesce(customer_ids.merged_into_customer_id, duplicates.member_id) as customer_id
    from duplicates
    left join customer_ids
        on duplicates.member_id = customer_ids.customer_id
),

representatives as (
    select
        customer_id_records.customer_id,
        min(customer_id_records.record_key) as record_key
    from customer_id_records
    inner join records
        on customer_id_records.record_key = records.record_key
    left join followed
        on customer_id_records.record_key = followed.record_key
    where followed.record_key is null
    group by customer_id_records.customer_id
),

paired as (
    select
        followed.record_key,
        followed.reason_code,
        coalesce(preferred.record_key, representatives.record_key) as preferred_key
    from followed
    left join records as preferred
        on followed.member_id = preferred.record_key
    left join representatives
        on followed.customer_id = representatives.customer_id
)

select
    least(paired.record_key, paired.preferred_key) as record_key_a,
    greatest(paired.record_key, paired.preferred_key) as record_key_b,
    'decided by hand' as reason,
    'exact' as confidence,
    settings.decided_strength as strength,
    json_object('reason_code', min(paired.reason_code)) as evidence,
    false as is_torn
from paired
inner join records
    on paired.record_key = records.record_key
cross join settings
where paired.preferred_key is not null and paired.preferred_key <> paired.record_key
group by
    least(paired.record_key, paired.preferred_key),
    greatest(paired.record_key, paired.preferred_key),
    settings.decided_strength
