-- Grain: one row per record with a name or birth date, with everything that it is compared by.
with

records as (
    select * from {{ ref('int_identity__records') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

contact_points as (
    select * from {{ ref('int_identity__contact_points') }}
),

contexts as (
    select * from {{ ref('int_context__unioned') }}
),

blocklist as (
    select * from {{ ref('identifier_blocklist') }}
),

usable as (
    select
        identifiers.record_key,
        identifiers.identifier_type,
        identifiers.value
    from identifiers
    inner join contact_points
        on
            identifiers.identifier_type = contact_points.identifier_type
            and identifiers.value = contact_points.value
    where identifiers.origin = 'own' and contact_points.unusable_because is null
    group by identifiers.record_key, identifiers.identifier_type, identifiers.value
),

listed as (
    select
        usable.record_key,
        list_sort(
            list(usable.value) filter (where usable.identifier_type = 'email')
        ) as emails,
        list_sort(
            list(usable.value) filter (where usable.identifier_type = 'phone')
        ) as phones,
        list_sort(
            list(usable.value) filter (where usable.identifier_type = 'card')
        ) as cards,
        list_sort(
            list(usable.value) filter (where usable.identifier_type = 'person_number')
        ) as person_numbers
    from usable
    group by usable.record_key
),

contexts_listed as (
    select
        contexts.record_key,
        list(distinct contexts.context_key order by contexts.context_key) as contexts
    from contexts
    group by contexts.record_key
),

named as (
    select
        records.*,
        no_names.pattern is not null as has_placeholder_given_name,
        {{ fold_text("records.postal_address") }} as address_folded
    from records
    left join blocklist as no_names
        on
            no_names.identifier_type = 'given_name'
            and split_part(records.given_folded, ' ', 1) = no_names.pattern
    where
        records.given_folded is not null
        or records.family_folded is not null
        or records.usable_birth_date is not null
),

-- How many records bear each name or address, and how many there are.
given_counts as (
    select
        named.given_folded,
        count(*) as given_count
    from named
    group by named.given_folded
),

family_counts as (
    select
        named.family_folded,
        count(*) as family_count
    from named
    group by named.family_folded
),

address_counts as (
    select
        named.address_folded,
        count(*) as address_count
    from named
    group by named.address_folded
),

record_counts as (
    select count(*) as record_count
    from named
)

select
    named.record_key,
    cast(row_number() over (order by named.record_key) as integer) as record_number,
    named.source,
    named.is_person_register,
    named.named_by_record_key,
    named.is_named_as_adult,
    named.minor,
    named.given_folded,
    named.family_folded,
    named.full_name_folded,
    named.name_suffix,
    named.formal_names,
    named.is_known_given_name,
    named.has_placeholder_given_name,
    named.usable_birth_date,
    named.address_folded,
    nullif(regexp_replace(named.address_folded, '[^0-9]+', ' ', 'g'), ' ') as address_numbers,
    listed.emails,
    case when len(listed.emails) > 1 then listed.emails end as several_emails,
    listed.emails[1] as first_email,
    split_part(listed.emails[1], '@', 1) as first_email_name,
    listed.phones,
    case when len(listed.phones) > 1 then listed.phones end as several_phones,
    listed.phones[1] as first_phone,
    listed.cards,
    listed.person_numbers,
    contexts_listed.contexts,
    record_counts.record_count,
    given_counts.given_count,
    family_counts.family_count,
    address_counts.address_count
from named
cross join record_counts
left join given_counts
    on named.given_folded = given_counts.given_folded
left join family_counts
    on named.family_folded = family_counts.family_folded
left join address_counts
    on named.address_folded = address_counts.address_folded
left join listed
    on named.record_key = listed.record_key
left join contexts_listed
    on named.record_key = contexts_listed.record_key
