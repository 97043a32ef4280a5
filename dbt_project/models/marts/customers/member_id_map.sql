-- Grain: one row per record of a person in any source.
with

members as (
    select * from {{ ref('int_identity__members') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

-- The latest e-mail of the record, as written.
latest_email as (
    select
        identifiers.record_key,
        identifiers.value_raw
    from identifiers
    where identifiers.identifier_type = 'email' and identifiers.origin = 'own'
    qualify row_number() over (
        partition by identifiers.record_key
        order by identifiers.seen_at desc nulls last, identifiers.value_raw
    ) = 1
)

select
    members.record_key,
    regexp_extract(members.record_key, '^(.*):([^:]*)$', 1) as src,
    regexp_extract(members.record_key, '^(.*):([^:]*)$', 2) as src_id,
    md5(lower(trim(latest_email.value_raw))) as email_key,
    members.customer_id as member_id
from members
left join latest_email
    on members.record_key = latest_email.record_key
