-- Grain: one row per candidate pair of records, with how each thing compares and what that weighs.
with

levels as (
    select * from {{ ref('int_identity__levels') }}
),

patterns as (
    select * from {{ ref('int_identity__patterns') }}
)

select
    levels.record_number_a,
    levels.record_number_b,
    levels.given_level,
    levels.family_level,
    levels.birth_date_level,
    levels.email_level,
    levels.phone_level,
    levels.address_level,
    levels.card_level,
    levels.person_number_level,
    levels.context_level,
    levels.incompatible_because,
    -- A wrong birth date or name may be an error, but a register has one row for a person.
    not levels.breaks_register
    and coalesce(
        levels.incompatible_because in ('birth dates differ', 'given names differ'), true
    ) as may_be_one_person,
    patterns.stated_decibits + levels.rarity_decibits as decibits,
    -- Two people of one home may share whatever is rare elsewhere.
    least(patterns.chance_decibits + levels.rarity_decibits, patterns.home_decibits)
        as learned_decibits
from levels
inner join patterns
    on levels.pattern = patterns.pattern
