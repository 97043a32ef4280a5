-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'The host of a birthday party in exactly six days.',
    'considers': 'whoever is host of a birthday party',
    'owner': 'events',
    'priority': 'high',
    'category': 'birthday',
    'cool_down_days': 7,
    'lifetime_days': 7,
    'persistent': False,
    'children': 'never',
    'destinations': ['shopify', 'klaviyo'],
}) }}

with

settings as (
    select 6 as days_ahead
),

party_people as (
    select * from {{ ref('party_people') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

nearest_party as (
    select party_people.*
    from party_people
    cross join settings
    cross join run
    where party_people.role = 'host'
    qualify row_number() over (
        partition by party_people.customer_id
        order by
            party_people.party_date = run.as_of_date + settings.days_ahead desc,
            party_people.party_date desc,
            party_people.party_key
    ) = 1
)

select
    nearest_party.customer_id,
    {{ business_midnight("nearest_party.party_date - settings.days_ahead") }} as triggered_at,
    json_object(
        'party_id', nearest_party.party_key,
        'party_date', nearest_party.party_date
    ) as details,
    json_object(
        'party_is_in_six_days', nearest_party.party_date = run.as_of_date + settings.days_ahead
    ) as conditions
from nearest_party
cross join settings
cross join run
