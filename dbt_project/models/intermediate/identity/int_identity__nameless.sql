-- Grain: one row per record without a name that no edge reaches, with the cluster it is given to.
with

records as (
    select * from {{ ref('int_identity__records') }}
),

named_clusters as (
    select * from {{ ref('int_identity__named_clusters') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

contact_points as (
    select * from {{ ref('int_identity__contact_points') }}
),

not_duplicates as (
    select * from {{ ref('_not_duplicates') }}
),

contested as (
    select * from {{ ref('int_identity__contested') }}
),

nameless as (
    select
        records.record_key,
        records.source,
        records.is_person_register
    from records
    left join named_clusters
        on records.record_key = named_clusters.record_key
    where named_clusters.record_key is null
),

-- distinct: one spelling each of the same address on the same record.
usable as (
    select distinct
        identifiers.record_key,
        identifiers.identifier_type,
        identifiers.value,
        contact_points.email_letters
    from identifiers
    inner join contact_points
        on
            identifiers.identifier_type = contact_points.identifier_type
            and identifiers.value = contact_points.value
    where
        identifiers.origin = 'own'
        and identifiers.identifier_type in ('email', 'phone')
        and contact_points.unusable_because is null
),

-- An adult once known is an adult whatever other records of the same person leave open.
cluster_ages as (
    select
        named_clusters.cluster_key,
        case
            when bool_or(records.minor = 'no') then 'no'
            when bool_or(records.minor = 'yes') then 'yes'
            else 'unknown'
        end as minor
    from named_clusters
    inner join records
        on named_clusters.record_key = records.record_key
    group by named_clusters.cluster_key
),

-- A cluster may hold one address through several records; one of them speaks for the exact answer.
people_on_contact_point as (
    select
        usable.identifier_type,
        usable.value,
        named_clusters.cluster_key,
        cluster_ages.minor,
        min(named_clusters.cluster_key_exact) as cluster_key_exact,
        bool_or(
            case
                when usable.identifier_type = 'email'
                    then {{ names_in_address("usable.email_letters", "records.given_folded") }}
                else false
            end
        ) as is_named_in_it,
        bool_and(contested.record_key is not null or records.is_hearsay) as is_contested
    from usable
    inner join named_clusters
        on usable.record_key = named_clusters.record_key
    inner join records
        on usable.record_key = records.record_key
    left join contested
        on usable.record_key = contested.record_key
    inner join cluster_ages
        on named_clusters.cluster_key = cluster_ages.cluster_key
    group by
        usable.identifier_type,
        usable.value,
        named_clusters.cluster_key,
        cluster_ages.minor
),

owners as (
    select
        people_on_contact_point.identifier_type,
        people_on_contact_point.value,
        count(*) as people_count,
        count(*) filter (where people_on_contact_point.minor = 'no') as adult_count,
        count(*) filter (where people_on_contact_point.minor = 'unknown') as unknown_count,
        -- Who wrote somebody else's e-mail on a row may have written their phone there too.
        min(people_on_contact_point.cluster_key)
        filter (
            where
            people_on_contact_point.minor = 'no' and not people_on_contact_point.is_contested
        ) as adult_cluster_key,
        min(people_on_contact_point.cluster_key)
        filter (
            where
            people_on_contact_point.minor = 'unknown'
            and not people_on_contact_point.is_contested
        ) as unknown_cluster_key,
        min(people_on_contact_point.cluster_key)
        filter (
            where people_on_contact_point.is_named_in_it and people_on_contact_point.minor <> 'yes'
        ) as named_cluster_key,
        count(*) filter (where people_on_contact_point.is_named_in_it) as named_count
    from people_on_contact_point
    group by people_on_contact_point.identifier_type, people_on_contact_point.value
),

owned as (
    select
        owners.*,
        case
            when owners.adult_count = 1 and owners.unknown_count = 0 then owners.adult_cluster_key
            when owners.people_count = 1 and owners.unknown_count = 1
                then owners.unknown_cluster_key
        end as only_cluster_key
    from owners
),

-- Of several grown-ups on an e-mail it is whose name it bears, if it bears no other's.
claims as (
    select
        nameless.record_key,
        usable.identifier_type,
        usable.value,
        owned.people_count,
        coalesce(
            owned.only_cluster_key,
            case when owned.named_count = 1 then owned.named_cluster_key end
        ) as cluster_key,
        owned.only_cluster_key is null as is_by_name
    from nameless
    inner join usable
        on nameless.record_key = usable.record_key
    left join owned
        on
            usable.identifier_type = owned.identifier_type
            and usable.value = owned.value
    -- A register gives each row to a person of its own; only somebody's decision changes that.
    where not nameless.is_person_register
),

-- Two contact points that lead to two people, or one that leads nowhere certain, lead to nobody.
agreed as (
    select
        claims.record_key,
        min(claims.cluster_key) as cluster_key,
        min(people_on_contact_point.cluster_key_exact)
        filter (where not claims.is_by_name) as cluster_key_exact,
        min_by(
            claims.identifier_type,
            cast(claims.is_by_name as varchar) || claims.identifier_type
        ) as identifier_type,
        bool_and(claims.is_by_name) as is_by_name
    from claims
    left join people_on_contact_point
        on
            claims.identifier_type = people_on_contact_point.identifier_type
            and claims.value = people_on_contact_point.value
            and claims.cluster_key = people_on_contact_point.cluster_key
    where claims.people_count is not null
    group by claims.record_key
    having
        count(*) = count(claims.cluster_key)
        and count(distinct claims.cluster_key) = 1
),

forbidden as (
    select
        agreed.record_key,
        agreed.cluster_key
    from agreed
    inner join named_clusters
        on agreed.cluster_key = named_clusters.cluster_key
    inner join not_duplicates
        on
            (
                agreed.record_key = not_duplicates.src_a || ':' || not_duplicates.src_id_a
                and named_clusters.record_key
                = not_duplicates.src_b || ':' || not_duplicates.src_id_b
            )
            or (
                agreed.record_key = not_duplicates.src_b || ':' || not_duplicates.src_id_b
                and named_clusters.record_key
                = not_duplicates.src_a || ':' || not_duplicates.src_id_a
            )
    group by agreed.record_key, agreed.cluster_key
),

-- Where no record on the contact point has a name, nameless ones are the one person behind it.
only_nameless as (
    select
        claims.record_key,
        min(claims.record_key) over (
            partition by claims.identifier_type, claims.value
        ) as cluster_key,
        claims.identifier_type
    from claims
    where
        claims.people_count is null
        and claims.record_key not in (select agreed.record_key from agreed)
    qualify row_number() over (
        partition by claims.record_key
        order by claims.identifier_type, claims.value
    ) = 1
),

-- The first of them may itself have been given to somebody through another contact point.
chosen as (
    select
        agreed.record_key,
        agreed.cluster_key,
        agreed.cluster_key_exact,
        agreed.identifier_type,
        agreed.is_by_name
    from agreed
    left join forbidden
        on agreed.record_key = forbidden.record_key
    where forbidden.record_key is null
    union all by name
    select
        only_nameless.record_key,
        only_nameless.cluster_key,
        only_nameless.cluster_key as cluster_key_exact,
        only_nameless.identifier_type,
        false as is_by_name
    from only_nameless
    inner join only_nameless as first_of_them
        on only_nameless.cluster_key = first_of_them.record_key
    where first_of_them.cluster_key = first_of_them.record_key
)

select
    nameless.record_key,
    coalesce(chosen.cluster_key, nameless.record_key) as cluster_key,
    coalesce(chosen.cluster_key_exact, nameless.record_key) as cluster_key_exact,
    count(*) over (partition by coalesce(chosen.cluster_key, nameless.record_key)) = 1 as is_alone,
    chosen.identifier_type as given_through,
    case
        when chosen.is_by_name then 'named in the email'
        else 'only owner of the ' || chosen.identifier_type
    end as given_because
from nameless
left join chosen
    on nameless.record_key = chosen.record_key
