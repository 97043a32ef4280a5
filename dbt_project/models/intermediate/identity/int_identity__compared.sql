-- Grain: one row per candidate pair of records, with what speaks for one person.
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
    levels.pattern,
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
