-- Grain: one row per pair of named records that share at least one usable contact point.
with

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

contact_points as (
    select * from {{ ref('int_identity__contact_points') }}
),

records as (
    select * from {{ ref('int_identity__records') }}
),

-- distinct: one spelling each of the same address on the same record.
usable as (
    select distinct
        identifiers.record_key,
        identifiers.identifier_type,
        identifiers.value
    from identifiers
    inner join contact_points
        on
            identifiers.identifier_type = contact_points.identifier_type
            and identifiers.value = contact_points.value
    inner join records
        on identifiers.record_key = records.record_key
    where
        identifiers.origin = 'own'
        and identifiers.identifier_type in ('email', 'phone')
        and contact_points.unusable_because is null
        and records.given_folded is not null
),

shared as (
    select
        left_side.record_key as record_key_a,
        right_side.record_key as record_key_b,
        bool_or(left_side.identifier_type = 'email') as shares_email,
        bool_or(left_side.identifier_type = 'phone') as shares_phone
    from usable as left_side
    inner join usable as right_side
        on
            left_side.identifier_type = right_side.identifier_type
            and left_side.value = right_side.value
            and left_side.record_key < right_side.record_key
    group by left_side.record_key, right_side.record_key
)

select
    shared.record_key_a,
    shared.record_key_b,
    shared.shares_email,
    shared.shares_phone,
    {{ given_names_agree("record_a", "record_b") }} as given_names_agree_by,
    coalesce(record_a.family_folded = record_b.family_folded, false) as has_equal_family_name,
    record_a.minor = 'yes' or record_b.minor = 'yes' as has_minor,
    {{ incompatibility("record_a", "record_b") }} as incompatible_because
from shared
inner join records as record_a
    on shared.record_key_a = record_a.record_key
inner join records as record_b
    on shared.record_key_b = record_b.record_key
