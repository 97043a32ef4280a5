-- Grain: one row per birthday party, customer and part: the host, or a guest who said yes.
with

people as (
    select * from {{ ref('int_party_person__unioned') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
)

select
    people.party_key,
    members.customer_id,
    people.role,
    max(people.party_date) as party_date
from people
inner join members
    on people.record_key = members.record_key
group by people.party_key, members.customer_id, people.role
