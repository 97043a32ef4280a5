-- Grain: one row per pair of records of one component that must not become one customer.
with

components as (
    select * from {{ ref('int_identity__components') }}
),

records as (
    select * from {{ ref('int_identity__records') }}
),

not_duplicates as (
    select * from {{ ref('_not_duplicates') }}
),

decided as (
    select
        least(
            not_duplicates.src_a || ':' || not_duplicates.src_id_a,
            not_duplicates.src_b || ':' || not_duplicates.src_id_b
        ) as record_key_a,
        greatest(
            not_duplicates.src_a || ':' || not_duplicates.src_id_a,
            not_duplicates.src_b || ':' || not_duplicates.src_id_b
        ) as record_key_b
    from not_duplicates
),

members as (
    select
        components.component_key_low as component_key,
        records.*
    from components
    inner join records
        on components.record_key = records.record_key
),

-- Where all bear one name, one birth date and one suffix, nothing can be in conflict.
diverse as (
    select members.component_key
    from members
    left join decided
        on members.record_key = decided.record_key_a
    group by members.component_key
    having
        min(members.usable_birth_date) <> max(members.usable_birth_date)
        or min(members.name_suffix) <> max(members.name_suffix)
        or min(members.given_folded) <> max(members.given_folded)
        or count(members.named_by_record_key) > 0
        or (bool_or(members.is_named_as_adult) and bool_or(members.minor = 'yes'))
        or count(*) filter (where members.is_person_register) > 1
        or count(decided.record_key_a) > 0
),

contested as (
    select members.*
    from members
    inner join diverse
        on members.component_key = diverse.component_key
),

within_component as (
    select
        record_a.component_key,
        record_a.record_key as record_key_a,
        record_b.record_key as record_key_b,
        {{ incompatibility("record_a", "record_b") }} as incompatible_because,
        {{ breaks_register("record_a", "record_b") }} as breaks_register
    from contested as record_a
    inner join contested as record_b
        on
            record_a.component_key = record_b.component_key
            and record_a.record_key < record_b.record_key
),

judged as (
    select
        within_component.component_key,
        within_component.record_key_a,
        within_component.record_key_b,
        within_component.breaks_register,
        decided.record_key_a is not null as is_decided_by_hand,
        case
            when decided.record_key_a is not null then 'declared not duplicates'
            else within_component.incompatible_because
        end as reason
    from within_component
    left join decided
        on
            within_component.record_key_a = decided.record_key_a
            and within_component.record_key_b = decided.record_key_b
),

conflicting as (
    select *
    from judged
    where judged.reason is not null
)

select
    conflicting.component_key,
    conflicting.record_key_a,
    conflicting.record_key_b,
    conflicting.is_decided_by_hand,
    conflicting.reason,
    -- A wrong birth date or name may be an error, which the low answer weighs with all the rest.
    conflicting.reason in ('birth dates differ', 'given names differ')
    and not conflicting.breaks_register as may_be_error
from conflicting
