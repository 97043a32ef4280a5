-- Grain: one row per pair of named records that share enough to be worth a comparison.
with

settings as (
    select
        -- A key that more records share tells nobody apart, and would cost the square of them.
        50 as most_records,
        -- One name alone is a key only where it is rare.
        15 as most_records_of_a_name,
        -- Where more are born on one day, another key than the day finds who is worth a comparison.
        12 as most_records_of_a_birth_date
),

features as (
    select * from {{ ref('int_identity__features') }}
),

emails as (
    select
        features.record_number,
        unnest(features.emails) as email
    from features
),

-- distinct: two of a record's addresses may have one name at two providers.
email_names as (
    select distinct
        emails.record_number,
        split_part(emails.email, '@', 1) as email_name
    from emails
),

person_numbers as (
    select
        features.record_number,
        unnest(features.person_numbers) as person_number
    from features
),

birth_dates as (
    select features.usable_birth_date
    from features
    cross join settings
    where features.usable_birth_date is not null
    group by features.usable_birth_date, settings.most_records_of_a_birth_date
    having count(*) <= settings.most_records_of_a_birth_date
),

-- Either name may stand in the other's place, so a name is rare where both are counted.
names_in_place as (
    select
        features.record_number,
        features.given_folded as name_folded
    from features
    where features.given_folded is not null
    union all by name
    select
        features.record_number,
        features.family_folded as name_folded
    from features
    where features.family_folded is not null
),

names as (
    select
        names_in_place.record_number,
        names_in_place.name_folded,
        count(*) over (partition by names_in_place.name_folded) as record_count
    from names_in_place
),

keyed as (
    select
        features.record_number,
        hash('birth date and given', features.usable_birth_date, features.given_folded[1:2])
            as block
    from features
    where features.usable_birth_date is not null and features.given_folded is not null
    union all by name
    select
        features.record_number,
        hash('birth date and family', features.usable_birth_date, features.family_folded[1:3])
            as block
    from features
    where features.usable_birth_date is not null and features.family_folded is not null
    union all by name
    -- Either name may stand in the other's place.
    select
        features.record_number,
        hash(
            'full name',
            least(features.given_folded, features.family_folded),
            greatest(features.given_folded, features.family_folded)
        ) as block
    from features
    where features.family_folded is not null and features.given_folded is not null
    union all by name
    select
        features.record_number,
        hash(
            'given, address',
            features.given_folded[1:2], coalesce(features.address_numbers, features.address_folded)
        ) as block
    from features
    where features.address_folded is not null and features.given_folded is not null
    union all by name
    select
        features.record_number,
        hash(
            'family, address',
            features.family_folded[1:2],
            coalesce(features.address_numbers, features.address_folded)
        ) as block
    from features
    where features.address_folded is not null and features.family_folded is not null
    union all by name
    select
        features.record_number,
        hash('family, given initial', features.family_folded, features.given_folded[1:1]) as block
    from features
    where features.family_folded is not null and features.given_folded is not null
    union all by name
    select
        features.record_number,
        hash('birth date', features.usable_birth_date) as block
    from features
    inner join birth_dates
        on features.usable_birth_date = birth_dates.usable_birth_date
    union all by name
    select
        names.record_number,
        hash('name', names.name_folded) as block
    from names
    cross join settings
    where names.record_count <= settings.most_records_of_a_name
    union all by name
    select
        email_names.record_number,
        hash('email name', email_names.email_name) as block
    from email_names
    union all by name
    select
        features.record_number,
        hash('phone', unnest(features.phones)) as block
    from features
    union all by name
    select
        features.record_number,
        hash('card', unnest(features.cards)) as block
    from features
    union all by name
    select
        features.record_number,
        hash('person number', unnest(features.person_numbers)) as block
    from features
    union all by name
    select
        person_numbers.record_number,
        hash('first of person number', left(person_numbers.person_number, 4)) as block
    from person_numbers
    union all by name
    select
        person_numbers.record_number,
        hash('last of person number', right(person_numbers.person_number, 4)) as block
    from person_numbers
    union all by name
    select
        features.record_number,
        hash(
            'initials, street',
            least(features.given_folded[1:1], features.family_folded[1:1]),
            greatest(features.given_folded[1:1], features.family_folded[1:1]),
            regexp_replace(features.address_folded, '[^a-z]', '', 'g')[1:8]
        ) as block
    from features
    where features.address_folded is not null
    union all by name
    select
        features.record_number,
        hash('context', unnest(features.contexts)) as block
    from features
),

counted as (
    select
        keyed.record_number,
        keyed.block,
        count(*) over (partition by keyed.block) as record_count
    from keyed
),

usable as (
    select
        counted.record_number,
        counted.block
    from counted
    cross join settings
    where counted.record_count between 2 and settings.most_records
)

-- distinct: a pair may share several keys.
select distinct
    left_side.record_number as record_number_a,
    right_side.record_number as record_number_b
from usable as left_side
inner join usable as right_side
    on
        left_side.block = right_side.block
        and left_side.record_number < right_side.record_number
