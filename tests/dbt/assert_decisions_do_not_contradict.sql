-- Nobody is declared one person and two people at once, and no chain of decisions runs in a circle.
with recursive

duplicates as (
    select
        duplicates.src || ':' || duplicates.src_id as record_key,
        duplicates.member_id
    from {{ ref('_duplicates') }} as duplicates
),

-- A decision may name an account that is itself given to somebody.
followed as (
    select
        duplicates.record_key,
        duplicates.member_id,
        1 as steps
    from duplicates
    union all
    select
        followed.record_key,
        duplicates.member_id,
        followed.steps + 1 as steps
    from followed
    inner join duplicates
        on followed.member_id = duplicates.record_key
    where followed.steps < 50
),

declared_one as (
    select
        followed.record_key as record_key_a,
        followed.member_id as record_key_b
    from followed
    union all by name
    -- Two records given to the same customer are declared to be one person, too.
    select
        one.record_key as record_key_a,
        other.record_key as record_key_b
    from followed as one
    inner join followed as other
        on one.member_id = other.member_id and one.record_key <> other.record_key
),

declared_two as (
    select
        not_duplicates.src_a || ':' || not_duplicates.src_id_a as record_key_a,
        not_duplicates.src_b || ':' || not_duplicates.src_id_b as record_key_b
    from {{ ref('_not_duplicates') }} as not_duplicates
)

select
    declared_two.record_key_a,
    declared_two.record_key_b,
    'declared one person in _duplicates and two in _not_duplicates' as problem
from declared_two
inner join declared_one
    on
        least(declared_two.record_key_a, declared_two.record_key_b)
        = least(declared_one.record_key_a, declared_one.record_key_b)
        and greatest(declared_two.record_key_a, declared_two.record_key_b)
        = greatest(declared_one.record_key_a, declared_one.record_key_b)
union
select
    followed.record_key as record_key_a,
    followed.member_id as record_key_b,
    'the decisions in _duplicates run in a circle' as problem
from followed
where followed.record_key = followed.member_id
