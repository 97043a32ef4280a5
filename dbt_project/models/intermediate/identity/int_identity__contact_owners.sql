-- Grain: one row per contact point, with the one adult it belongs to, or nobody.
with

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

contact_points as (
    select * from {{ ref('int_identity__contact_points') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

records as (
    select * from {{ ref('int_identity__records') }}
),

customer_ages as (
    select
        members.customer_id,
        case
            when bool_or(records.minor = 'no') then 'no'
            when bool_or(records.minor = 'yes') then 'yes'
            else 'unknown'
        end as minor
    from members
    inner join records
        on members.record_key = records.record_key
    group by members.customer_id
),

-- distinct: a customer may hold one address through several records and spellings.
holders as (
    select distinct
        identifiers.identifier_type,
        identifiers.value,
        contact_points.email_letters,
        members.customer_id,
        customer_ages.minor
    from identifiers
    inner join contact_points
        on
            identifiers.identifier_type = contact_points.identifier_type
            and identifiers.value = contact_points.value
    inner join members
        on identifiers.record_key = members.record_key
    inner join customer_ages
        on members.customer_id = customer_ages.customer_id
    where
        identifiers.origin = 'own'
        and identifiers.identifier_type in ('email', 'phone')
        and identifiers.value is not null
),

named as (
    select
        holders.identifier_type,
        holders.value,
        holders.customer_id,
        holders.minor,
        bool_or(
            case
                when holders.identifier_type = 'email'
                    then {{ names_in_address("holders.email_letters", "records.given_folded") }}
                else false
            end
        ) as is_named_in_it
    from holders
    inner join members
        on holders.customer_id = members.customer_id
    inner join records
        on members.record_key = records.record_key
    group by holders.identifier_type, holders.value, holders.customer_id, holders.minor
),

counted as (
    select
        named.identifier_type,
        named.value,
        count(*) as holder_count,
        count(*) filter (where named.minor = 'no') as adult_count,
        count(*) filter (where named.minor = 'unknown') as unknown_count,
        min(named.customer_id) filter (where named.minor = 'no') as adult_customer_id,
        min(named.customer_id) filter (where named.minor = 'unknown') as unknown_customer_id,
        min(named.customer_id)
        filter (where named.is_named_in_it and named.minor = 'no') as named_customer_id,
        count(*) filter (where named.is_named_in_it) as named_count
    from named
    group by named.identifier_type, named.value
)

select
    counted.identifier_type,
    counted.value,
    counted.holder_count,
    case
        when contact_points.unusable_because is not null then null
        when counted.adult_count = 1 and counted.unknown_count = 0 then counted.adult_customer_id
        -- Somebody of unknown age without a sign of a child, alone on the address, is its owner.
        when counted.holder_count = 1 and counted.unknown_count = 1
            then counted.unknown_customer_id
        -- Of several grown-ups it is whose name the e-mail bears, if it bears no other's.
        when counted.named_count = 1 then counted.named_customer_id
    end as owner_customer_id
from counted
left join contact_points
    on
        counted.identifier_type = contact_points.identifier_type
        and counted.value = contact_points.value
