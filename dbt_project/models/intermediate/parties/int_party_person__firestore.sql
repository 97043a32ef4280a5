-- Grain: one row per person with a part in a birthday party that the party app shows.
with

parties as (
    select *
    from {{ ref('int_parties__firestore') }}
    where not is_deleted and party_status is distinct from 'cancelled'
),

rsvps as (
    select * from {{ ref('int_rsvps__firestore') }}
),

people as (
    select
        'firestore:party:' || parties.party_id as party_key,
        parties.party_date,
        'host' as role,
        parties.record_key
    from parties
    union all by name
    select
        'firestore:party:' || parties.party_id as party_key,
        parties.party_date,
        'guest' as role,
        rsvps.record_key
    from parties
    inner join rsvps
        on parties.party_id = rsvps.party_id
    where rsvps.answer = 'yes'
)

select * from people
where people.record_key is not null
