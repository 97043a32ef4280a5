-- Grain: one row per pair of records that names with a context, or the sum of many signs, make one
-- person.
with

settings as (
    select
        -- Below this many tenths of a bit (four to one) two records are two people.
        0 as least_decibits,
        -- Two people who fit nearly equally well: nobody can say which it is.
        60 as ambiguous_decibits,
        -- From here on (a thousand to one) two records are one person although something differs.
        100 as sure_decibits
),

compared as (
    select * from {{ ref('int_identity__compared') }}
),

patterns as (
    select * from {{ ref('int_identity__patterns') }}
),

features as (
    select * from {{ ref('int_identity__features') }}
),

contested as (
    select * from {{ ref('int_identity__contested') }}
),

-- Somebody else's name on an e-mail or phone: whose row is it?
contested_numbers as (
    select features.record_number
    from features
    inner join contested
        on features.record_key = contested.record_key
),

judged as (
    select
        compared.record_number_a,
        compared.record_number_b,
        compared.may_be_one_person,
        compared.decibits,
        compared.learned_decibits,
        patterns.given_level,
        patterns.family_level,
        patterns.birth_date_level,
        patterns.email_level,
        patterns.phone_level,
        patterns.address_level,
        patterns.card_level,
        patterns.person_number_level,
        patterns.context_level,
        case
            when compared.incompatible_because is not null then null
            when
                patterns.card_level = 'equal'
                and patterns.given_level in ('equal', 'nickname', 'typing error')
                then 'same card, compatible names'
            when
                patterns.person_number_level = 'equal'
                and patterns.given_level in ('equal', 'nickname', 'typing error')
                then 'same person number, compatible names'
            when
                patterns.given_level not in ('equal', 'nickname')
                or patterns.family_level <> 'equal'
                then null
            when patterns.birth_date_level = 'equal' then 'same name and birth date'
            when coalesce(contested_a.record_number, contested_b.record_number) is not null
                then null
            when patterns.context_level = 'equal' then 'same name on the same purchase'
            when patterns.address_level = 'equal' then 'same name and address'
        end as sure_reason
    from compared
    inner join patterns
        on compared.pattern = patterns.pattern
    left join contested_numbers as contested_a
        on compared.record_number_a = contested_a.record_number
    left join contested_numbers as contested_b
        on compared.record_number_b = contested_b.record_number
),

weighed as (
    select
        judged.record_number_a,
        judged.record_number_b,
        coalesce(judged.sure_reason, 'many signs') as reason,
        case when judged.sure_reason is not null then 'medium' else 'low' end as confidence,
        case
            when judged.sure_reason is not null then judged.decibits
            else judged.learned_decibits
        end as strength,
        judged.learned_decibits,
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
            'bits', round(judged.learned_decibits / 10, 1)
        ) as evidence
    from judged
    cross join settings
    where
        judged.sure_reason is not null
        or (judged.may_be_one_person and judged.learned_decibits >= settings.least_decibits)
),

both_directions as (
    select
        weighed.record_number_a as record_number,
        weighed.record_number_b as other_number,
        weighed.confidence,
        weighed.strength
    from weighed
    union all by name
    select
        weighed.record_number_b as record_number,
        weighed.record_number_a as other_number,
        weighed.confidence,
        weighed.strength
    from weighed
),

best as (
    select
        both_directions.record_number,
        both_directions.confidence,
        max(both_directions.strength) as strength
    from both_directions
    group by both_directions.record_number, both_directions.confidence
),

-- What comes near the best fit of a record; only these can make it ambiguous.
near_best as (
    select
        both_directions.record_number,
        both_directions.other_number,
        both_directions.confidence
    from both_directions
    inner join best
        on
            both_directions.record_number = best.record_number
            and both_directions.confidence = best.confidence
    cross join settings
    where both_directions.strength >= best.strength - settings.ambiguous_decibits
),

-- A record that two people fit nearly equally well is given to neither of them.
ambiguous as (
    select
        first_choice.record_number,
        first_choice.confidence
    from near_best as first_choice
    inner join near_best as second_choice
        on
            first_choice.record_number = second_choice.record_number
            and first_choice.confidence = second_choice.confidence
            and first_choice.other_number < second_choice.other_number
    inner join features as record_1
        on first_choice.other_number = record_1.record_number
    inner join features as record_2
        on second_choice.other_number = record_2.record_number
    left join weighed as between_them
        on
            first_choice.other_number = between_them.record_number_a
            and second_choice.other_number = between_them.record_number_b
    cross join settings
    where
        coalesce(between_them.learned_decibits < settings.sure_decibits, true)
        and ({{ incompatibility("record_1", "record_2") }}) is not null
    group by first_choice.record_number, first_choice.confidence
),

-- What is torn joins nobody; in the low answer it may go to one of them.
joined as (
    select
        record_a.record_key as record_key_a,
        record_b.record_key as record_key_b,
        weighed.*,
        ambiguous_a.record_number is not null or ambiguous_b.record_number is not null as is_torn
    from weighed
    inner join features as record_a
        on weighed.record_number_a = record_a.record_number
    inner join features as record_b
        on weighed.record_number_b = record_b.record_number
    left join ambiguous as ambiguous_a
        on
            weighed.record_number_a = ambiguous_a.record_number
            and weighed.confidence = ambiguous_a.confidence
    left join ambiguous as ambiguous_b
        on
            weighed.record_number_b = ambiguous_b.record_number
            and weighed.confidence = ambiguous_b.confidence
)

select
    joined.record_key_a,
    joined.record_key_b,
    joined.reason,
    case
        when joined.is_torn and joined.learned_decibits >= settings.least_decibits then 'low'
        else joined.confidence
    end as confidence,
    case
        when joined.is_torn and joined.learned_decibits >= settings.least_decibits
            then joined.learned_decibits
        else joined.strength
    end as strength,
    joined.evidence,
    joined.is_torn
from joined
cross join settings
