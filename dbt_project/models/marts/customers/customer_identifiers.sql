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

confidence_levels as (
    select * from {{ ref('confidence_levels') }}
),

evidence as (
    select * from {{ ref('customer_evidence') }}
),

nameless as (
    select * from {{ ref('int_identity__nameless') }}
),

evidence_sides as (
    select
        evidence.record_key_a as record_key,
        evidence.*
    from evidence
    union all by name
    select
        evidence.record_key_b as record_key,
        evidence.*
    from evidence
),

-- The surest reason that joins a record to others of its customer.
joined_records as (
    select
        evidence_sides.record_key,
        evidence_sides.reason
    from evidence_sides
    inner join confidence_levels
        on evidence_sides.confidence = confidence_levels.confidence
    qualify row_number() over (
        partition by evidence_sides.record_key
        order by
            confidence_levels.weakness, evidence_sides.strength desc, evidence_sides.reason
    ) = 1
),

-- One origin each: an address is the person's own if any row says so.
first_sighting as (
    select *
    from identifiers
    where identifiers.identifier_type in ('email', 'phone')
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
        when nameless.given_because is not null then nameless.given_because
        when joined_records.reason is not null then joined_records.reason
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
