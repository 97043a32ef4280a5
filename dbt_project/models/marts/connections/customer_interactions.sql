-- Grain: one row per two customers, day and kind of a pass shared, a guest, or companions' visit.
with

connections as (
    select * from {{ ref('int_connection__unioned') }}
),

kinds as (
    select * from {{ ref('connection_kinds') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

met as (
    select * from {{ ref('int_co_visits') }}
),

companions as (
    select * from {{ ref('int_companions') }}
),

customer_numbers as (
    select * from {{ ref('int_customer_numbers') }}
),

given as (
    select
        {{ business_date("connections.happened_at") }} as interaction_date,
        kinds.interaction_type,
        least(giver.customer_id, receiver.customer_id) as customer_id_1,
        greatest(giver.customer_id, receiver.customer_id) as customer_id_2,
        giver.customer_id as giver_customer_id,
        connections.happened_at,
        connections.evidence
    from connections
    inner join kinds
        on connections.kind = kinds.kind
    inner join members as giver
        on connections.record_key_a = giver.record_key
    inner join members as receiver
        on connections.record_key_b = receiver.record_key
    where giver.customer_id <> receiver.customer_id and kinds.interaction_type is not null
),

given_by_day as (
    select
        given.interaction_date,
        given.interaction_type,
        given.customer_id_1,
        given.customer_id_2,
        '{"count":' || count(*)
        || ',"count_from_1_to_2":'
        || count(*) filter (where given.giver_customer_id = given.customer_id_1)
        || ',"first":' || min_by(given.evidence, (given.happened_at, given.evidence)) || '}'
            as metadata
    from given
    group by
        given.interaction_date,
        given.interaction_type,
        given.customer_id_1,
        given.customer_id_2
),

-- Who only happens to come at the same time is counted in the connections and not kept here.
visits_together as (
    select
        met.met_date as interaction_date,
        kinds.interaction_type,
        one.customer_id as customer_id_1,
        other.customer_id as customer_id_2,
        '{"time_diff_minutes":' || round(min(met.seconds_between) / 60.0, 1) || '}' as metadata
    from met
    inner join companions
        on
            met.customer_number_1 = companions.customer_number_1
            and met.customer_number_2 = companions.customer_number_2
    inner join customer_numbers as one
        on met.customer_number_1 = one.customer_number
    inner join customer_numbers as other
        on met.customer_number_2 = other.customer_number
    inner join kinds
        on kinds.kind = 'same_day_group'
    group by met.met_date, kinds.interaction_type, one.customer_id, other.customer_id
),

kept as (
    select *
    from given_by_day
    union all by name
    select *
    from visits_together
)

select
    {{ short_hash(
        "concat_ws('-', kept.customer_id_1, kept.customer_id_2, kept.interaction_date,"
        ~ " kept.interaction_type)"
    ) }} as interaction_id,
    kept.interaction_date,
    kept.interaction_type,
    kept.customer_id_1,
    kept.customer_id_2,
    kept.metadata
from kept
