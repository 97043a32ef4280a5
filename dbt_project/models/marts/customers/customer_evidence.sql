-- Grain: one row per pair of records of one customer and reason that makes them one person.
with

edges as (
    select * from {{ ref('int_edge__unioned') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

nameless as (
    select * from {{ ref('int_identity__nameless') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

-- A record without a name was given to whom its e-mail or phone belongs.
given_to_owner as (
    select
        nameless.record_key as nameless_key,
        others.record_key as other_key,
        nameless.given_because
    from nameless
    inner join identifiers as mine
        on
            nameless.record_key = mine.record_key
            and nameless.given_through = mine.identifier_type
    inner join identifiers as others
        on
            mine.identifier_type = others.identifier_type
            and mine.value = others.value
            and mine.record_key <> others.record_key
    where mine.origin = 'own' and others.origin = 'own'
    group by nameless.record_key, others.record_key, nameless.given_because
),

reasons as (
    select
        edges.record_key_a,
        edges.record_key_b,
        edges.reason,
        edges.confidence,
        edges.strength,
        edges.evidence
    from edges
    where not edges.is_torn
    union all by name
    select
        least(given_to_owner.nameless_key, given_to_owner.other_key) as record_key_a,
        greatest(given_to_owner.nameless_key, given_to_owner.other_key) as record_key_b,
        given_to_owner.given_because as reason,
        case given_to_owner.given_because
            when 'named in the email' then 'medium' else 'exact'
        end as confidence,
        0 as strength,
        json_object('record_without_name', min(given_to_owner.nameless_key)) as evidence
    from given_to_owner
    group by
        least(given_to_owner.nameless_key, given_to_owner.other_key),
        greatest(given_to_owner.nameless_key, given_to_owner.other_key),
        given_to_owner.given_because
)

select
    member_a.customer_id,
    reasons.record_key_a,
    reasons.record_key_b,
    reasons.reason,
    reasons.confidence,
    reasons.strength,
    reasons.evidence
from reasons
inner join members as member_a
    on reasons.record_key_a = member_a.record_key
inner join members as member_b
    on
        reasons.record_key_b = member_b.record_key
        and member_a.customer_id = member_b.customer_id
