-- Grain: one row per two customers, as numbers, of whom more is known than a single co-visit.
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

customer_numbers as (
    select * from {{ ref('int_customer_numbers') }}
),

met as (
    select * from {{ ref('int_co_visits') }}
),

co_visits as (
    select * from {{ ref('int_co_visit_pairs') }}
),

numbered as (
    select
        members.record_key,
        customer_numbers.customer_number
    from members
    inner join customer_numbers
        on members.customer_id = customer_numbers.customer_id
),

paired as (
    select
        least(giver.customer_number, receiver.customer_number) as number_1,
        greatest(giver.customer_number, receiver.customer_number) as number_2,
        giver.customer_number < receiver.customer_number as is_from_1_to_2,
        giver.customer_number as giver_number,
        receiver.customer_number as receiver_number,
        connections.kind,
        {{ business_date("connections.happened_at") }} as happened_date,
        connections.happened_at,
        connections.evidence
    from connections
    inner join numbered as giver
        on connections.record_key_a = giver.record_key
    inner join numbered as receiver
        on connections.record_key_b = receiver.record_key
    where giver.customer_number <> receiver.customer_number
),

shares as (
    select *
    from paired
    where paired.kind = 'pass_sharer_recipient'
),

-- Who was on one person's passes on one day: the giver and everybody who received.
on_one_pass as (
    select
        shares.number_1,
        shares.number_2,
        shares.happened_date
    from shares
    -- Several shares of one day are one day on one pass.
    union distinct
    select
        least(one.receiver_number, other.receiver_number) as number_1,
        greatest(one.receiver_number, other.receiver_number) as number_2,
        one.happened_date
    from shares as one
    inner join shares as other
        on
            one.giver_number = other.giver_number
            and one.happened_date = other.happened_date
            and one.receiver_number < other.receiver_number
),

-- Of the few who met more than once it is worth to know on which day of the week.
weekdays as (
    select
        met.customer_number_1,
        met.customer_number_2,
        {{ most_frequent_weekday("met.met_date") }} as typical_day_of_week
    from met
    inner join co_visits
        on
            met.customer_number_1 = co_visits.customer_number_1
            and met.customer_number_2 = co_visits.customer_number_2
    where co_visits.co_visit_count > 1
    group by met.customer_number_1, met.customer_number_2
),

visits_on_one_pass as (
    select
        met.customer_number_1,
        met.customer_number_2,
        cast(count(*) as integer) as shared_pass_count
    from met
    inner join on_one_pass
        on
            met.customer_number_1 = on_one_pass.number_1
            and met.customer_number_2 = on_one_pass.number_2
            and met.met_date = on_one_pass.happened_date
    group by met.customer_number_1, met.customer_number_2
),

shares_by_pair as (
    select
        shares.number_1,
        shares.number_2,
        shares.kind,
        count(*) as interaction_count,
        count(*) filter (where shares.is_from_1_to_2) as from_1_to_2,
        count(*) filter (where not shares.is_from_1_to_2) as from_2_to_1,
        min(shares.happened_date) as first_date,
        max(shares.happened_date) as last_date,
        to_json(list_sort(list(distinct {{ json_text("shares.evidence", "$.pass_type") }})))
            as pass_types
    from shares
    group by shares.number_1, shares.number_2, shares.kind
),

guests_by_pair as (
    select
        paired.number_1,
        paired.number_2,
        paired.kind,
        count(*) as interaction_count,
        count(*) filter (where paired.is_from_1_to_2) as from_1_to_2,
        count(*) filter (where not paired.is_from_1_to_2) as from_2_to_1,
        min(paired.happened_date) as first_date,
        max(paired.happened_date) as last_date,
        bool_or({{ json_text("paired.evidence", "$.is_converted") }} = 'true') as is_converted
    from paired
    where paired.kind = 'frequent_guest'
    group by paired.number_1, paired.number_2, paired.kind
),

memberships_by_pair as (
    select
        paired.number_1,
        paired.number_2,
        paired.kind,
        count(*) as interaction_count,
        min(paired.happened_date) as first_date,
        max(paired.happened_date) as last_date,
        max_by(paired.evidence, (paired.happened_at, paired.evidence)) as latest
    from paired
    where paired.kind = 'family_membership'
    group by paired.number_1, paired.number_2, paired.kind
),

-- What each kind adds to the strength, and its own facts as a piece of JSON without braces.
given as (
    select
        shares_by_pair.number_1,
        shares_by_pair.number_2,
        shares_by_pair.kind,
        shares_by_pair.interaction_count,
        shares_by_pair.from_1_to_2 > 0 and shares_by_pair.from_2_to_1 > 0 as has_bonus,
        shares_by_pair.first_date,
        shares_by_pair.last_date,
        '"shares":' || shares_by_pair.interaction_count
        || ',"shares_from_1_to_2":' || shares_by_pair.from_1_to_2
        || ',"shares_from_2_to_1":' || shares_by_pair.from_2_to_1
        || ',"pass_types_shared":' || shares_by_pair.pass_types
        || ',"is_reciprocal":'
        || (shares_by_pair.from_1_to_2 > 0 and shares_by_pair.from_2_to_1 > 0) as facts
    from shares_by_pair
    union all by name
    select
        guests_by_pair.number_1,
        guests_by_pair.number_2,
        guests_by_pair.kind,
        guests_by_pair.interaction_count,
        false as has_bonus,
        guests_by_pair.first_date,
        guests_by_pair.last_date,
        '"guest_visit_count":' || guests_by_pair.interaction_count
        || ',"guest_visits_from_1_to_2":' || guests_by_pair.from_1_to_2
        || ',"guest_visits_from_2_to_1":' || guests_by_pair.from_2_to_1
        || ',"conversion_status":"'
        || case when guests_by_pair.is_converted then 'converted' else 'not_member' end
        || '","first_guest_visit":"' || guests_by_pair.first_date || '"' as facts
    from guests_by_pair
    union all by name
    select
        memberships_by_pair.number_1,
        memberships_by_pair.number_2,
        memberships_by_pair.kind,
        memberships_by_pair.interaction_count,
        false as has_bonus,
        memberships_by_pair.first_date,
        memberships_by_pair.last_date,
        rtrim(ltrim(cast(memberships_by_pair.latest as varchar), '{'), '}') as facts
    from memberships_by_pair
),

given_by_pair as (
    select
        given.number_1,
        given.number_2,
        cast(sum(least(
            kinds.cap,
            kinds.points * case when kinds.is_fixed then 1 else given.interaction_count end
            + case when given.has_bonus then kinds.bonus_points else 0 end
        )) as integer) as points,
        cast(sum(given.interaction_count) as integer) as interaction_count,
        min(given.first_date) as first_date,
        max(given.last_date) as last_date,
        string_agg(given.kind, ',' order by given.kind) as kinds,
        string_agg(given.facts, ',' order by given.kind) as facts
    from given
    inner join kinds
        on given.kind = kinds.kind
    group by given.number_1, given.number_2
)

select
    coalesce(
        given_by_pair.number_1,
        visits_on_one_pass.customer_number_1,
        weekdays.customer_number_1
    ) as customer_number_1,
    coalesce(
        given_by_pair.number_2,
        visits_on_one_pass.customer_number_2,
        weekdays.customer_number_2
    ) as customer_number_2,
    given_by_pair.points as given_points,
    given_by_pair.interaction_count as given_count,
    given_by_pair.first_date as first_given_date,
    given_by_pair.last_date as last_given_date,
    given_by_pair.kinds as given_kinds,
    given_by_pair.facts as given_facts,
    visits_on_one_pass.shared_pass_count,
    weekdays.typical_day_of_week
from given_by_pair
full join visits_on_one_pass
    on
        given_by_pair.number_1 = visits_on_one_pass.customer_number_1
        and given_by_pair.number_2 = visits_on_one_pass.customer_number_2
full join weekdays
    on
        weekdays.customer_number_1
        = coalesce(given_by_pair.number_1, visits_on_one_pass.customer_number_1)
        and weekdays.customer_number_2
        = coalesce(given_by_pair.number_2, visits_on_one_pass.customer_number_2)
