-- Grain: one row per record of a person, with its names folded for comparison.
with

settings as (
    select
        18 as adult_at_years,
        date '1910-01-01' as earliest_birth_date,
        -- A given name on this many records is a name, not a typing error.
        3 as known_name_records
),

records as (
    select * from {{ ref('int_record__unioned') }}
),

sources as (
    select * from {{ ref('sources') }}
),

nicknames as (
    select * from {{ ref('nicknames') }}
),

given_names as (
    select * from {{ ref('given_names') }}
),

child_signs as (
    select * from {{ ref('int_child_sign__unioned') }}
),

adult_signs as (
    select * from {{ ref('int_adult_sign__unioned') }}
),

blocklist as (
    select * from {{ ref('identifier_blocklist') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

folded as (
    select
        records.*,
        {{ fold_name("regexp_replace(records.given_name, '\\([^)]*\\)', ' ', 'g')") }}
            as given_folded,
        {{ fold_name("regexp_replace(records.family_name, '\\([^)]*\\)', ' ', 'g')") }}
            as family_and_suffix_folded,
        -- A birth date that nobody alive can have, or that forms put there, is a placeholder.
        case
            when
                records.birth_date between settings.earliest_birth_date and run.as_of_date
                and placeholder_dates.pattern is null
                then records.birth_date
        end as usable_birth_date
    from records
    left join blocklist as placeholder_dates
        on
            placeholder_dates.identifier_type = 'birth_date'
            and cast(records.birth_date as varchar) = placeholder_dates.pattern
    cross join settings
    cross join run
),

-- Nobody is called Walk In: such a record has no name.
named as (
    select
        folded.* exclude (given_folded, family_and_suffix_folded),
        case when placeholder_names.pattern is null then folded.given_folded end as given_folded,
        case
            when placeholder_names.pattern is null then folded.family_and_suffix_folded
        end as family_and_suffix_folded
    from folded
    left join blocklist as placeholder_names
        on
            placeholder_names.identifier_type = 'name'
            and concat_ws(' ', folded.given_folded, folded.family_and_suffix_folded)
            = placeholder_names.pattern
),

suffix_split as (
    select
        named.*,
        nullif(
            regexp_extract(named.family_and_suffix_folded, '(^| )(jr|sr|ii|iii|iv)$', 2), ''
        ) as name_suffix,
        nullif(trim(
            regexp_replace(named.family_and_suffix_folded, '(^| )(jr|sr|ii|iii|iv)$', '')
        ), '') as family_folded
    from named
),

counted as (
    select
        suffix_split.given_folded,
        count(*) as record_count
    from suffix_split
    group by suffix_split.given_folded
),

nickname_forms as (
    select
        nicknames.nickname,
        list(nicknames.given_name order by nicknames.given_name) as formal_names
    from nicknames
    group by nicknames.nickname
)

select
    suffix_split.record_key,
    suffix_split.source,
    sources.source_rank,
    sources.is_person_register,
    sources.is_hearsay,
    suffix_split.given_name,
    suffix_split.family_name,
    suffix_split.birth_date,
    suffix_split.postal_address,
    suffix_split.is_deleted,
    suffix_split.created_at,
    suffix_split.named_by_record_key,
    suffix_split.usable_birth_date,
    suffix_split.given_folded,
    suffix_split.family_folded,
    suffix_split.name_suffix,
    concat_ws(' ', suffix_split.given_folded, suffix_split.family_folded) as full_name_folded,
    nickname_forms.formal_names,
    given_names.given_name is not null
    or counted.record_count >= settings.known_name_records as is_known_given_name,
    adult_signs.record_key is not null as is_named_as_adult,
    case
        when
            suffix_split.usable_birth_date is null and child_signs.record_key is not null
            then 'yes'
        when suffix_split.usable_birth_date is null then 'unknown'
        when
            {{ full_years("suffix_split.usable_birth_date", "run.as_of_date") }}
            < settings.adult_at_years
            then 'yes'
        else 'no'
    end as minor
from suffix_split
inner join sources
    on suffix_split.source = sources.source
left join nickname_forms
    on suffix_split.given_folded = nickname_forms.nickname
left join counted
    on suffix_split.given_folded is not distinct from counted.given_folded
left join given_names
    on suffix_split.given_folded = given_names.given_name
left join child_signs
    on suffix_split.record_key = child_signs.record_key
left join adult_signs
    on suffix_split.record_key = adult_signs.record_key
cross join settings
cross join run
