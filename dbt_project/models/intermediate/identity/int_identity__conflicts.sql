-- Grain: one row per pair of records of one component that must not become one customer.
with

settings as (
    select
        -- From here on (a thousand to one) likeness outweighs what differs, in the low answer.
        100 as sure_decibits,
        -- What two records that share nothing worth a comparison weigh.
        -100 as unlike_decibits
),

components as (
    select * from {{ ref('int_identity__components') }}
),

records as (
    select * from {{ ref('int_identity__records') }}
),

not_duplicates as (
    select * from {{ ref('_not_duplicates') }}
),

features as (
    select * from {{ ref('int_identity__features') }}
),

compared as (
    select * from {{ ref('int_identity__compared') }}
),

within_component as (
    select
        component_a.component_key_low as component_key,
        record_a.record_key as record_key_a,
        record_b.record_key as record_key_b,
        {{ incompatibility("record_a", "record_b") }} as incompatible_because
    from components as component_a
    inner join components as component_b
        on
            component_a.component_key_low = component_b.component_key_low
            and component_a.record_key < component_b.record_key
    inner join records as record_a
        on component_a.record_key = record_a.record_key
    inner join records as record_b
        on component_b.record_key = record_b.record_key
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

judged as (
    select
        within_component.component_key,
        within_component.record_key_a,
        within_component.record_key_b,
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
    -- A wrong birth date or name may be an error. In the low answer an edge outweighs it that
    -- is strong enough together with what the two records weigh themselves.
    case
        when conflicting.reason in ('birth dates differ', 'given names differ')
            then
                settings.sure_decibits
                - coalesce(compared.decibits, settings.unlike_decibits)
    end as gives_way_from
from conflicting
cross join settings
left join features as record_a
    on conflicting.record_key_a = record_a.record_key
left join features as record_b
    on conflicting.record_key_b = record_b.record_key
left join compared
    on
        record_a.record_number = compared.record_number_a
        and record_b.record_number = compared.record_number_b
