-- Grain: one row per pair of records that names with a context, or the sum of many signs, make one
-- person.
with

settings as (
    select
        -- Below this many tenths of a bit (four to one) two records are two people.
        20 as least_decibits,
        -- Two people who fit nearly equally well: nobody can say which it is.
        60 as ambiguous_decibits,
        -- From here on (a thousand to one) two records are one person although something differs.
        100 as sure_decibits
),

compared as (
    select * from {{ ref('int_identity__compared') }}
),

features as (
    select * from {{ ref('int_identity__features') }}
),

-- Somebody else's name on an e-mail or phone: whose row is it?
contested as (
    select * from {{ ref('int_identity__contested') }}
),

judged as (
    select
        compared.*,
        case
            when compared.incompatible_because is not null then null
            when
                compared.card_level = 'equal'
                and compared.given_level in ('equal', 'nickname', 'typing error')
                then 'same card, compatible names'
            when
                compared.person_number_level = 'equal'
                and compared.given_level in ('equal', 'nickname', 'typing error')
                then 'same person number, compatible names'
            when
                compared.given_level not in ('equal', 'nickname')
                or compared.family_level <> 'equal'
                then null
            when compared.birth_date_level = 'equal' then 'same name and birth date'
            when contested_a.record_key is not null or contested_b.record_key is not null then null
            when compared.context_level = 'equal' then 'same name on the same purchase'
            when compared.address_level = 'equal' then 'same name and address'
        end as sure_reason,
        -- What is enough for the low answer although something differs, or a name is missing.
        case
            when compared.incompatible_because = 'generation suffixes differ' then false
            when compared.person_number_level = 'equal' then true
            when compared.given_level in ('equal', 'nickname', 'typing error')
                then
                    compared.incompatible_because is null
                    or (
                        compared.incompatible_because = 'birth dates differ'
                        and (
                            compared.birth_date_level = 'alike'
                            or (
                                compared.given_level = 'equal'
                                and compared.email_level in ('equal', 'near')
                            )
                        )
                    )
            when compared.given_level in ('similar', 'initial', 'missing')
                then
                    coalesce(
                        compared.incompatible_because = 'given names differ', true
                    )
                    and (
                        compared.birth_date_level in ('equal', 'near')
                        or compared.email_level = 'equal'
                    )
            else false
        end as is_likely
    from compared
    left join contested as contested_a
        on compared.record_key_a = contested_a.record_key
    left join contested as contested_b
        on compared.record_key_b = contested_b.record_key
),

weighed as (
    select
        judged.record_key_a,
        judged.record_key_b,
        coalesce(judged.sure_reason, 'many signs') as reason,
        case when judged.sure_reason is not null then 'medium' else 'low' end as confidence,
        judged.decibits as strength,
        json_object(
            'given_names', judged.given_level,
            'family_names', judged.family_level,
            'birth_dates', judged.birth_date_level,
            'emails', judged.email_level,
            'phones', judged.phone_level,
            'addresses', judged.address_level,
            'cards', judged.card_level,
            'person_numbers', judged.person_number_level,
            'purchases', judged.context_level,
            'bits', round(judged.decibits / 10, 1)
        ) as evidence
    from judged
    cross join settings
    where
        judged.sure_reason is not null
        or (judged.is_likely and judged.decibits >= settings.least_decibits)
),

both_directions as (
    select
        weighed.record_key_a as record_key,
        weighed.record_key_b as other_key,
        weighed.confidence,
        weighed.strength
    from weighed
    union all by name
    select
        weighed.record_key_b as record_key,
        weighed.record_key_a as other_key,
        weighed.confidence,
        weighed.strength
    from weighed
),

best as (
    select
        both_directions.record_key,
        both_directions.confidence,
        max(both_directions.strength) as strength
    from both_directions
    group by both_directions.record_key, both_directions.confidence
),

-- What comes near the best fit of a record; only these can make it ambiguous.
near_best as (
    select
        both_directions.record_key,
        both_directions.other_key,
        both_directions.confidence
    from both_directions
    inner join best
        on
            both_directions.record_key = best.record_key
            and both_directions.confidence = best.confidence
    cross join settings
    where both_directions.strength >= best.strength - settings.ambiguous_decibits
),

-- A record that two people fit nearly equally well is given to neither of them.
ambiguous as (
    select
        first_choice.record_key,
        first_choice.confidence
    from near_best as first_choice
    inner join near_best as second_choice
        on
            first_choice.record_key = second_choice.record_key
            and first_choice.confidence = second_choice.confidence
            and first_choice.other_key < second_choice.other_key
    inner join features as record_1
        on first_choice.other_key = record_1.record_key
    inner join features as record_2
        on second_choice.other_key = record_2.record_key
    left join weighed as between_them
        on
            first_choice.other_key = between_them.record_key_a
            and second_choice.other_key = between_them.record_key_b
    cross join settings
    where
        coalesce(between_them.strength < settings.sure_decibits, true)
        and ({{ incompatibility("record_1", "record_2") }}) is not null
    group by first_choice.record_key, first_choice.confidence
)

select
    weighed.record_key_a,
    weighed.record_key_b,
    weighed.reason,
    weighed.confidence,
    weighed.strength,
    weighed.evidence,
    ambiguous_a.record_key is not null or ambiguous_b.record_key is not null as is_torn
from weighed
left join ambiguous as ambiguous_a
    on
        weighed.record_key_a = ambiguous_a.record_key
        and weighed.confidence = ambiguous_a.confidence
left join ambiguous as ambiguous_b
    on
        weighed.record_key_b = ambiguous_b.record_key
        and weighed.confidence = ambiguous_b.confidence
