-- Grain: one row per candidate pair of records, with how each thing compares.
with

settings as (
    select
        -- One value among very many is worth no more than this.
        15 as most_bits,
        13 as most_address_bits,
        0.88 as least_similarity,
        0.8 as least_crossed_similarity,
        -- Nobody bears a child of their own name before twelve.
        4383 as most_days_of_a_wrong_year
),

candidates as (
    select * from {{ ref('int_identity__candidates') }}
),

features as (
    select * from {{ ref('int_identity__features') }}
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
        -- Given and family name in each other's place, with typing errors or one of them missing.
        case
            when record_a.given_folded = record_b.given_folded then false
            when record_a.family_folded = record_b.family_folded then false
            when
                jaro_winkler_similarity(record_a.given_folded, record_b.family_folded)
                >= settings.least_similarity
                then
                    coalesce(
                        jaro_winkler_similarity(record_a.family_folded, record_b.given_folded)
                        >= settings.least_crossed_similarity,
                        true
                    )
            when
                jaro_winkler_similarity(record_a.family_folded, record_b.given_folded)
                >= settings.least_similarity
                then
                    coalesce(
                        jaro_winkler_similarity(record_a.given_folded, record_b.family_folded)
                        >= settings.least_crossed_similarity,
                        true
                    )
            else false
        end as has_crossed_names,
        record_a.given_folded is null
        or record_b.given_folded is null
        or record_a.family_folded is null
        or record_b.family_folded is null as has_missing_name,
        record_a.given_folded is null
        or record_b.given_folded is null
        or record_a.has_placeholder_given_name
        or record_b.has_placeholder_given_name as has_no_given_name,
        jaro_winkler_similarity(record_a.given_folded, record_b.given_folded)
        >= settings.least_similarity as has_similar_given_names,
        record_a.is_known_given_name and record_b.is_known_given_name as has_known_given_names,
        -- Al of Albert, Kayla of Makayla.
        case
            when record_a.given_folded[1:1] = record_b.given_folded[1:1]
                then
                    starts_with(record_a.given_folded, record_b.given_folded)
                    or starts_with(record_b.given_folded, record_a.given_folded)
            else
                least(strlen(record_a.given_folded), strlen(record_b.given_folded)) > 1
                and (
                    ends_with(record_a.given_folded, record_b.given_folded)
                    or ends_with(record_b.given_folded, record_a.given_folded)
                )
        end as has_part_of_given_name,
        record_a.given_folded[1:2] = record_b.given_folded[1:2] as has_same_beginning,
        case
            when record_a.is_known_given_name and record_b.is_known_given_name then false
            else
                least(strlen(record_a.given_folded), strlen(record_b.given_folded)) > 4
                and levenshtein(record_a.given_folded, record_b.given_folded) <= 2
        end as has_misspelt_given_name,
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
            when
                jaro_winkler_similarity(record_a.family_folded, record_b.family_folded)
                >= settings.least_similarity
                then 'similar'
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
            when
                abs({{ days_between(
                    "record_a.usable_birth_date", "record_b.usable_birth_date"
                ) }}) <= settings.most_days_of_a_wrong_year
                then 'years apart'
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
        {{ incompatibility("record_a", "record_b") }} as incompatible_because,
        {{ breaks_register("record_a", "record_b") }} as breaks_register
    from candidates
    inner join features as record_a
        on candidates.record_number_a = record_a.record_number
    inner join features as record_b
        on candidates.record_number_b = record_b.record_number
    cross join settings
),

levels as (
    select
        named_pairs.* exclude (
            has_swapped_names, has_crossed_names, has_similar_given_names,
            has_known_given_names, has_same_beginning, has_part_of_given_name,
            has_misspelt_given_name, has_no_given_name, has_missing_name,
            family_level
        ),
        case when named_pairs.has_swapped_names then 'swapped' end as names_level,
        case
            when named_pairs.has_swapped_names then 'equal'
            when named_pairs.given_names_agree_by in ('equal', 'nickname', 'typing error')
                then named_pairs.given_names_agree_by
            when named_pairs.has_crossed_names and named_pairs.has_missing_name
                then 'half crossed'
            when named_pairs.has_crossed_names then 'crossed'
            when named_pairs.has_no_given_name then 'missing'
            when named_pairs.given_names_agree_by is not null
                then named_pairs.given_names_agree_by
            when
                named_pairs.has_misspelt_given_name
                or (
                    named_pairs.has_similar_given_names and not named_pairs.has_known_given_names
                )
                then 'misspelt'
            when named_pairs.has_part_of_given_name then 'part'
            when named_pairs.has_similar_given_names then 'similar'
            when named_pairs.has_same_beginning then 'beginning'
            else 'different'
        end as given_level,
        case
            when named_pairs.has_swapped_names then 'equal'
            when
                named_pairs.has_crossed_names
                and coalesce(
                    named_pairs.given_names_agree_by not in ('equal', 'nickname', 'typing error'),
                    true
                )
                then 'missing'
            else named_pairs.family_level
        end as family_level
    from named_pairs
),

-- A value that few records bear says more: log2 of how rarely it agrees by chance.
counted as (
    select
        levels.*,
        case
            when levels.given_level = 'equal'
                then least(log2(levels.record_count / levels.given_count), settings.most_bits)
            else 0
        end
        + case
            when levels.family_level = 'equal'
                then least(log2(levels.record_count / levels.family_count), settings.most_bits)
            else 0
        end
        + case
            when levels.email_level = 'equal'
                then least(log2(levels.record_count / 2), settings.most_bits)
            else 0
        end
        + case
            when levels.phone_level = 'equal'
                then least(log2(levels.record_count / 2), settings.most_bits)
            else 0
        end
        + case
            when levels.address_level = 'equal'
                then
                    least(
                        log2(levels.record_count / levels.address_count),
                        settings.most_address_bits
                    )
            else 0
        end as rarity_bits
    from levels
    cross join settings
)

select
    counted.* exclude (
        given_names_agree_by, given_count, family_count, address_count, rarity_bits
    ),
    cast(round(counted.rarity_bits * 10) as integer) as rarity_decibits,
    hash(
        counted.given_level, counted.family_level, counted.names_level, counted.birth_date_level,
        counted.email_level, counted.phone_level, counted.address_level, counted.card_level,
        counted.person_number_level, counted.context_level
    ) as pattern
from counted
