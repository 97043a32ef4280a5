-- Grain: one row per record, type and written value of an e-mail or phone.
with

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

records as (
    select * from {{ ref('int_identity__records') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

walk as (
    select * from {{ ref('int_identity__walk') }}
),

nameless as (
    select * from {{ ref('int_identity__nameless') }}
),

joined_records as (
    select walk.record_key_a as record_key
    from walk
    where walk.refused_because is null
    -- union: a record that several edges join is joined once.
    union
    select walk.record_key_b as record_key
    from walk
    where walk.refused_because is null
),

-- One origin each: an address is the person's own if any row says so.
first_sighting as (
    select *
    from identifiers
    qualify row_number() over (
        partition by
            identifiers.record_key, identifiers.identifier_type, identifiers.value_raw
        order by identifiers.origin = 'own' desc, identifiers.seen_at nulls last, identifiers.origin
    ) = 1
)

select
    members.customer_id,
    first_sighting.identifier_type,
    first_sighting.value_raw as identifier_value,
    first_sighting.value as normalized_value,
    records.source,
    first_sighting.record_key as source_id,
    members.place_confidence as match_confidence,
    case
        when nameless.given_through is not null
            then 'only owner of the ' || nameless.given_through
        when joined_records.record_key is not null then 'same contact point and compatible names'
        else 'only record of this person'
    end as match_reason,
    {{ business_date("first_sighting.seen_at") }} as added_date,
    coalesce(
        first_sighting.value = case first_sighting.identifier_type
            when 'email' then customers.primary_email
            else customers.primary_phone
        end,
        false
    ) as is_primary,
    first_sighting.origin
from first_sighting
inner join members
    on first_sighting.record_key = members.record_key
inner join records
    on first_sighting.record_key = records.record_key
inner join customers
    on members.customer_id = customers.customer_id
left join joined_records
    on first_sighting.record_key = joined_records.record_key
left join nameless
    on first_sighting.record_key = nameless.record_key
