-- Grain: one row per reason for which a party or an answer makes an event or none.
{{ config(materialized='view') }}

with

parties as (
    select * from {{ ref('int_parties__firestore') }}
),

rsvps as (
    select * from {{ ref('stg_firestore__rsvps') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

judged as (
    select
        'parties' as table_name,
        'birthday_party_booked' as event_type,
        'made' as outcome
    from parties
    union all by name
    select
        'parties' as table_name,
        'birthday_party_completed' as event_type,
        case
            when parties.is_deleted or coalesce(parties.party_status <> 'confirmed', true)
                then 'called off'
            when parties.party_date < run.as_of_date then 'made'
            else 'not over yet'
        end as outcome
    from parties
    cross join run
    union all by name
    select
        'rsvps' as table_name,
        'birthday_party_rsvp' as event_type,
        'made' as outcome
    from rsvps
)

select
    'firestore' as source,
    judged.table_name,
    judged.event_type,
    judged.outcome,
    count(*) as row_count
from judged
group by judged.table_name, judged.event_type, judged.outcome
