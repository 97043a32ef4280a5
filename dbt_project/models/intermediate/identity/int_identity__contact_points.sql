-- Grain: one row per contact point (a normalised e-mail or phone).
with

settings as (
    select
        -- More family names than this on one address: a front desk, not a household.
        4 as most_family_names,
        40 as most_records
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

records as (
    select * from {{ ref('int_identity__records') }}
),

blocklist as (
    select * from {{ ref('identifier_blocklist') }}
),

patterns as (
    select *
    from blocklist
    where blocklist.pattern similar to '.*[%_].*'
),

grouped as (
    select
        identifiers.identifier_type,
        identifiers.value,
        count(distinct identifiers.record_key) as record_count,
        count(distinct records.family_folded) as family_name_count
    from identifiers
    inner join records
        on identifiers.record_key = records.record_key
    where identifiers.value is not null and identifiers.origin = 'own'
    group by identifiers.identifier_type, identifiers.value
),

-- Figures, dots and dashes are what makes the second test address look like another.
counted as (
    select
        grouped.*,
        case
            when grouped.identifier_type = 'email'
                then regexp_replace(split_part(grouped.value, '@', 1), '[^a-z]', '', 'g')
        end as email_letters
    from grouped
),

looked_up as (
    select
        counted.identifier_type,
        counted.value,
        'email_name' as listed_as,
        counted.email_letters as wanted
    from counted
    where counted.identifier_type = 'email'
    union all by name
    select
        counted.identifier_type,
        counted.value,
        'email_domain' as listed_as,
        split_part(counted.value, '@', 2) as wanted
    from counted
    where counted.identifier_type = 'email'
    union all by name
    select
        counted.identifier_type,
        counted.value,
        counted.identifier_type as listed_as,
        counted.value as wanted
    from counted
    where counted.identifier_type <> 'email'
),

-- Most patterns are whole words, and only few hold a place for any figure.
listed as (
    select
        looked_up.identifier_type,
        looked_up.value,
        blocklist.reason
    from looked_up
    inner join blocklist
        on
            looked_up.listed_as = blocklist.identifier_type
            and looked_up.wanted = blocklist.pattern
    union all by name
    select
        looked_up.identifier_type,
        looked_up.value,
        patterns.reason
    from looked_up
    inner join patterns
        on
            looked_up.listed_as = patterns.identifier_type
            and looked_up.wanted like patterns.pattern
),

blocked as (
    select
        listed.identifier_type,
        listed.value,
        min(listed.reason) as blocked_because
    from listed
    group by listed.identifier_type, listed.value
)

select
    counted.identifier_type,
    counted.value,
    counted.record_count,
    counted.family_name_count,
    counted.email_letters,
    case
        when blocked.blocked_because is not null then blocked.blocked_because
        when counted.family_name_count > settings.most_family_names
            then 'shared by many family names'
        when counted.record_count > settings.most_records then 'shared by many records'
    end as unusable_because
from counted
left join blocked
    on
        counted.identifier_type = blocked.identifier_type
        and counted.value = blocked.value
cross join settings
