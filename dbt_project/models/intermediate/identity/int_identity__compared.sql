-- Grain: one row per candidate pair of records, with how each thing compares and what that weighs.
with

candidates as (
    select * from {{ ref('int_identity__candidates') }}
),

features as (
    select * from {{ ref('int_identity__features') }}
),

match_weights as (
    select * from {{ ref('match_weights') }}
),

named_pairs as (
    select
        candidates.record_number_a,
        candidates.record_number_b,
        record_a.record_count,
        greatest(record_a.given_count, record_b.given_count) as given_count,
        greatest(record_a.family_count, record_b.family_count) as family_count,
        greatest(record_a.address_count, record_b.address_count) as address_count,
        {{ given_names_agree("record_a", "record_b") }} as given_names_agree_by,
        coalesce(
            record_a.given_folded = record_b.family_folded
            and record_a.family_folded = record_b.given_folded
            and record_a.given_folded <> record_b.given_folded,
            false
        ) as has_swapped_names,
        record_a.given_folded is null or record_b.given_folded is null as has_no_given_name,
        jaro_winkler_similarity(record_a.given_folded, record_b.given_folded) >= 0.88
            as has_similar_given_names,
        case
            when record_a.family_folded is null or record_b.family_folded is null then 'missing'
            when record_a.family_folded = record_b.family_folded then 'equal'
            when
                least(length(record_a.family_folded), length(record_b.family_folded)) >= 4
                and (
                    {{ one_error_apart("record_a.family_folded", "record_b.family_folded") }}
                    or list_has_any(
                        string_split(record_a.family_folded, ' '),
                        string_split(record_b.family_folded, ' ')
                    )
                )
                then 'near'
            else 'different'
        end as family_level,
        case
            when record_a.usable_birth_date is null or record_b.usable_birth_date is null
                then 'missing'
            when record_a.usable_birth_date = record_b.usable_birth_date then 'equal'
            when
                not {{ birth_dates_differ(
                    "record_a.usable_birth_date", "record_b.usable_birth_date"
                ) }}
                then 'near'
            when
                damerau_levenshtein(
                    cast(record_a.usable_birth_date as varchar),
                    cast(record_b.usable_birth_date as varchar)
                ) <= 2
                then 'alike'
            else 'different'
        end as birth_date_level,
        case
            when record_a.first_email is null or record_b.first_email is null then 'missing'
            when
                record_a.first_email = record_b.first_email
                or (
                    (record_a.several_emails is not null or record_b.several_emails is not null)
                    and list_has_any(
                        coalesce(record_a.several_emails, [record_a.first_email]),
                        coalesce(record_b.several_emails, [record_b.first_email])
                    )
                )
                then 'equal'
            when
                record_a.first_email_name = record_b.first_email_name
                or {{ one_error_apart("record_a.first_email", "record_b.first_email") }}
                then 'near'
            else 'different'
        end as email_level,
        case
            when record_a.first_phone is null or record_b.first_phone is null then 'missing'
            when
                record_a.first_phone = record_b.first_phone
                or (
                    (record_a.several_phones is not null or record_b.several_phones is not null)
                    and list_has_any(
                        coalesce(record_a.several_phones, [record_a.first_phone]),
                        coalesce(record_b.several_phones, [record_b.first_phone])
                    )
                )
                then 'equal'
            when {{ one_error_apart("record_a.first_phone", "record_b.first_phone") }} then 'near'
            else 'different'
        end as phone_level,
        case
            when record_a.address_folded is null or record_b.address_folded is null then 'missing'
            when record_a.address_folded = record_b.address_folded then 'equal'
            when
                record_a.address_numbers = record_b.address_numbers
                or jaro_winkler_similarity(record_a.address_folded, record_b.address_folded) >= 0.9
                then 'near'
            else 'different'
        end as address_level,
        case
            when list_has_any(record_a.cards, record_b.cards) then 'equal'
            else 'missing'
        end as card_level,
        case
            when record_a.person_numbers is null or record_b.person_numbers is null then 'missing'
            when list_has_any(record_a.person_numbers, record_b.person_numbers) then 'equal'
            when {{ one_error_apart("record_a.person_numbers[1]", "record_b.person_numbers[1]") }}
                then 'near'
            else 'different'
        end as person_number_level,
        case
            when list_has_any(record_a.contexts, record_b.contexts) then 'equal'
            else 'missing'
        end as context_level,
        {{ incompatibility("record_a", "record_b") }} as incompatible_because
    from candidates
    inner join features as record_a
        on candidates.record_number_a = record_a.record_number
    inner join features as record_b
        on candidates.record_number_b = record_b.record_number
),

levels as (
    select
        named_pairs.* exclude (
            has_swapped_names, has_similar_given_names, has_no_given_name, family_level
        ),
        case when named_pairs.has_swapped_names then 'swapped' end as names_level,
        case
            when named_pairs.has_swapped_names then 'equal'
            when named_pairs.has_no_given_name then 'missing'
            when named_pairs.given_names_agree_by is not null
                then named_pairs.given_names_agree_by
            when named_pairs.has_similar_given_names then 'similar'
            else 'different'
        end as given_level,
        case
            when named_pairs.has_swapped_names then 'equal' else named_pairs.family_level
        end as family_level
    from named_pairs
),

-- A value that few records bear says more: log2 of how often it agrees on one person's records
-- over how often it agrees by chance.
weighed as (
    select
        levels.*,
        case
            when levels.given_level = 'missing' then 0
            when levels.given_level = 'equal'
                then least(log2(
                    given.match_share * levels.record_count / levels.given_count
                ), 15)
            else given.bits
        end
        + case
            when levels.family_level = 'missing' then 0
            when levels.family_level = 'equal'
                then least(log2(
                    family.match_share * levels.record_count / levels.family_count
                ), 15)
            else family.bits
        end
        + coalesce(swapped.bits, 0)
        + coalesce(birth_date.bits, 0)
        + case
            when levels.email_level = 'equal'
                then least(log2(email.match_share * levels.record_count / 2), 15)
            else coalesce(email.bits, 0)
        end
        + case
            when levels.phone_level = 'equal'
                then least(log2(phone.match_share * levels.record_count / 2), 15)
            else coalesce(phone.bits, 0)
        end
        + case
            when levels.address_level = 'equal'
                then least(log2(
                    address.match_share * levels.record_count / levels.address_count
                ), 13)
            else coalesce(address.bits, 0)
        end
        + coalesce(card.bits, 0)
        + coalesce(person_number.bits, 0)
        + coalesce(context.bits, 0)
        -- Two records drawn by chance are hardly ever one person.
        - (log2(levels.record_count) - 1.66) as bits
    from levels
    left join match_weights as given
        on given.comparison = 'given' and levels.given_level = given.level
    left join match_weights as family
        on family.comparison = 'family' and levels.family_level = family.level
    left join match_weights as birth_date
        on
            birth_date.comparison = 'birth date'
            and levels.birth_date_level = birth_date.level
    left join match_weights as email
        on email.comparison = 'email' and levels.email_level = email.level
    left join match_weights as phone
        on phone.comparison = 'phone' and levels.phone_level = phone.level
    left join match_weights as address
        on address.comparison = 'address' and levels.address_level = address.level
    left join match_weights as card
        on card.comparison = 'card' and levels.card_level = card.level
    left join match_weights as person_number
        on
            person_number.comparison = 'person number'
            and levels.person_number_level = person_number.level
    left join match_weights as context
        on context.comparison = 'context' and levels.context_level = context.level
    left join match_weights as swapped
        on swapped.comparison = 'names' and levels.names_level = swapped.level
)

select
    weighed.record_number_a,
    weighed.record_number_b,
    weighed.given_level,
    weighed.family_level,
    weighed.birth_date_level,
    weighed.email_level,
    weighed.phone_level,
    weighed.address_level,
    weighed.card_level,
    weighed.person_number_level,
    weighed.context_level,
    weighed.incompatible_because,
    cast(round(weighed.bits * 10) as integer) as decibits
from weighed
