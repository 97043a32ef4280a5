-- Grain: one row per record with at least one sign of a child at a birthday party.
with

parties as (
    select * from {{ ref('stg_firestore__parties') }}
),

events as (
    select * from {{ ref('stg_firestore__events') }}
),

rsvps as (
    select * from {{ ref('stg_firestore__rsvps') }}
),

records as (
    select * from {{ ref('int_record__unioned') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

birthday_children as (
    select
        parties.record_key as host_key,
        {{ fold_name(given_part("parties.child_name")) }} as child_name_folded,
        {{ fold_name("parties.given_name") }} as host_name_folded
    from parties
    union all by name
    select
        events.record_key as host_key,
        {{ fold_name(given_part("events.child_name")) }} as child_name_folded,
        {{ fold_name("events.given_name") }} as host_name_folded
    from events
),

-- Whoever is called like the birthday child and reached like the host, in any system.
on_hosts_address as (
    select
        records.record_key,
        'birthday child of a party' as sign
    from birthday_children
    inner join identifiers as of_host
        on birthday_children.host_key = of_host.record_key
    inner join identifiers as of_child
        on
            of_host.identifier_type = of_child.identifier_type
            and of_host.value = of_child.value
    inner join records
        on
            of_child.record_key = records.record_key
            and birthday_children.child_name_folded = {{ fold_name("records.given_name") }}
    where
        of_child.origin = 'own'
        and birthday_children.child_name_folded <> birthday_children.host_name_folded
),

without_adults as (
    select
        rsvps.record_key,
        'comes to a party without an adult' as sign
    from rsvps
    where rsvps.adult_count = 0 and rsvps.child_count > 0
),

signs as (
    select *
    from on_hosts_address
    union all by name
    select *
    from without_adults
),

first_sign as (
    select
        signs.record_key,
        min(signs.sign) as sign
    from signs
    group by signs.record_key
)

select * from first_sign
