-- Grain: one row per customer: one human being, deleted accounts included.
with

members as (
    select * from {{ ref('int_identity__members') }}
),

records as (
    select * from {{ ref('int_identity__records') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

contact_owners as (
    select * from {{ ref('int_identity__contact_owners') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

member_records as (
    select
        members.customer_id,
        records.record_key,
        records.source,
        records.source_rank,
        records.given_folded is null as is_nameless,
        records.usable_birth_date is null as is_undated,
        records.minor,
        records.is_deleted,
        records.created_at
    from members
    inner join records
        on members.record_key = records.record_key
),

leading_keys as (
    select
        member_records.customer_id,
        member_records.record_key
    from member_records
    qualify row_number() over (
        partition by member_records.customer_id
        order by
            member_records.is_nameless,
            member_records.source_rank,
            member_records.is_deleted,
            member_records.is_undated,
            member_records.created_at desc nulls last,
            member_records.record_key
    ) = 1
),

-- One record is chosen and its row taken whole: no person is put together from several.
leading_record as (
    select
        leading_keys.customer_id,
        records.*
    from leading_keys
    inner join records
        on leading_keys.record_key = records.record_key
),

summed as (
    select
        member_records.customer_id,
        count(*) as record_count,
        bool_and(member_records.is_deleted) as is_deleted,
        min(member_records.created_at) as first_seen_at,
        array_to_string(list_sort(list_distinct(list(member_records.source))), '|') as sources,
        case
            when bool_or(member_records.minor = 'no') then 'no'
            when bool_or(member_records.minor = 'yes') then 'yes'
            else 'unknown'
        end as minor
    from member_records
    group by member_records.customer_id
),

-- What belongs to a parent is not the child's, though it stands on the child's account.
own_contacts as (
    select
        members.customer_id,
        identifiers.identifier_type,
        identifiers.value
    from identifiers
    inner join members
        on identifiers.record_key = members.record_key
    inner join records
        on identifiers.record_key = records.record_key
    inner join summed
        on members.customer_id = summed.customer_id
    inner join contact_owners
        on
            identifiers.identifier_type = contact_owners.identifier_type
            and identifiers.value = contact_owners.value
    where
        identifiers.origin = 'own'
        and (
            contact_owners.owner_customer_id = members.customer_id
            or (
                contact_owners.owner_customer_id is null
                and (summed.minor <> 'yes' or contact_owners.holder_count = 1)
            )
        )
    qualify row_number() over (
        partition by members.customer_id, identifiers.identifier_type
        order by
            contact_owners.owner_customer_id is null,
            records.source_rank,
            identifiers.seen_at desc nulls last,
            identifiers.value,
            identifiers.value_raw,
            identifiers.record_key
    ) = 1
)

select
    leading_record.customer_id,
    leading_record.record_key as leading_record_key,
    leading_record.given_name,
    leading_record.family_name,
    leading_record.usable_birth_date as birth_date,
    {{ full_years("leading_record.usable_birth_date", "run.as_of_date") }} as age_years,
    summed.minor,
    email.value as primary_email,
    phone.value as primary_phone,
    leading_record.postal_address,
    summed.sources,
    summed.record_count,
    summed.is_deleted,
    summed.first_seen_at
from leading_record
inner join summed
    on leading_record.customer_id = summed.customer_id
left join own_contacts as email
    on
        leading_record.customer_id = email.customer_id
        and email.identifier_type = 'email'
left join own_contacts as phone
    on
        leading_record.customer_id = phone.customer_id
        and phone.identifier_type = 'phone'
cross join run
