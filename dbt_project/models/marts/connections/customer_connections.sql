-- Grain: one row per two customers whom something ties to each other; the smaller id first.
with

settings as (
    select
        2 as least_visits_for_bonus,
        -- Entering within two minutes of each other, of the half hour that makes a co-visit.
        2.0 / 30 as share_side_by_side,
        -- Two moments of the same two hours lie within half an hour: 1 - (1 - 1/4)^2.
        0.4375 as chance_within_part,
        2 as least_side_by_side,
        0.002 as largest_chance,
        100 as largest_strength,
        20 as weak_up_to,
        40 as moderate_up_to,
        60 as strong_up_to,
        80 as very_strong_up_to
),

connections as (
    select * from {{ ref('int_connection__unioned') }}
),

kinds as (
    select * from {{ ref('connection_kinds') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

habits as (
    select * from {{ ref('int_arrival_habits') }}
),

household as (
    select * from {{ ref('household') }}
),

-- Numbers in the order of the ids: a hundred million pairs of them fit where texts would not.
people as (
    select
        customers.customer_id,
        cast(row_number() over (order by customers.customer_id) as integer) as number,
        household.household_id,
        habits.first_date,
        habits.last_date,
        habits.weeks,
        habits.arrivals_by_part_of_week
    from (select members.customer_id from members group by members.customer_id) as customers
    left join household
        on customers.customer_id = household.customer_id
    left join habits
        on customers.customer_id = habits.customer_id
),

numbered as (
    select
        members.record_key,
        people.number
    from members
    inner join people
        on members.customer_id = people.customer_id
),

paired as (
    select
        least(giver.number, receiver.number) as number_1,
        greatest(giver.number, receiver.number) as number_2,
        giver.number < receiver.number as is_from_1_to_2,
        giver.number as giver_number,
        connections.kind,
        {{ business_date("connections.happened_at") }} as happened_date,
        connections.happened_at,
        connections.evidence
    from connections
    inner join numbered as giver
        on connections.record_key_a = giver.record_key
    inner join numbered as receiver
        on connections.record_key_b = receiver.record_key
    where giver.number <> receiver.number
),

shares as (
    select * from paired where paired.kind = 'pass_sharer_recipient'
),

-- Who was on one person's passes on one day: the giver and everybody who received.
on_one_pass as (
    select
        shares.number_1,
        shares.number_2,
        shares.happened_date
    from shares
    union
    select
        least(one.receiver_number, other.receiver_number) as number_1,
        greatest(one.receiver_number, other.receiver_number) as number_2,
        one.happened_date
    from (
        select
            shares.giver_number,
            shares.number_1 + shares.number_2 - shares.giver_number as receiver_number,
            shares.happened_date
        from shares
    ) as one
    inner join (
        select
            shares.giver_number,
            shares.number_1 + shares.number_2 - shares.giver_number as receiver_number,
            shares.happened_date
        from shares
    ) as other
        on
            one.giver_number = other.giver_number
            and one.happened_date = other.happened_date
            and one.receiver_number < other.receiver_number
),

co_visits as (
    select
        paired.number_1,
        paired.number_2,
        count(*) as co_visit_count,
        count(*) filter (
            where {{ json_text("paired.evidence", "$.is_side_by_side") }} = 'true'
        ) as side_by_side_count,
        count(on_one_pass.happened_date) as shared_pass_count,
        min(paired.happened_date) as first_date,
        max(paired.happened_date) as last_date,
        {{ weekday_tally("paired.happened_date") }} as weekday_tally
    from paired
    left join on_one_pass
        on
            paired.number_1 = on_one_pass.number_1
            and paired.number_2 = on_one_pass.number_2
            and paired.happened_date = on_one_pass.happened_date
    where paired.kind = 'same_day_group'
    group by paired.number_1, paired.number_2
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
),

co_visits_scored as (
    select
        co_visits.*,
        cast(least(
            kinds.cap,
            kinds.points * co_visits.co_visit_count
            + case
                when
                    co_visits.shared_pass_count > 0
                    and co_visits.co_visit_count >= settings.least_visits_for_bonus
                    then kinds.bonus_points
                else 0
            end
        ) as integer) as points
    from co_visits
    cross join settings
    inner join kinds
        on kinds.kind = 'same_day_group'
),

merged as (
    select
        coalesce(co_visits_scored.number_1, given_by_pair.number_1) as number_1,
        coalesce(co_visits_scored.number_2, given_by_pair.number_2) as number_2,
        coalesce(co_visits_scored.points, 0) + coalesce(given_by_pair.points, 0) as points,
        coalesce(co_visits_scored.co_visit_count, 0) as co_visit_count,
        coalesce(co_visits_scored.side_by_side_count, 0) as side_by_side_count,
        coalesce(co_visits_scored.shared_pass_count, 0) as shared_pass_count,
        cast(
            coalesce(co_visits_scored.co_visit_count, 0)
            + coalesce(given_by_pair.interaction_count, 0) as integer
        ) as interaction_count,
        least(co_visits_scored.first_date, given_by_pair.first_date) as first_date,
        greatest(co_visits_scored.last_date, given_by_pair.last_date) as last_date,
        co_visits_scored.weekday_tally,
        given_by_pair.kinds,
        given_by_pair.facts
    from co_visits_scored
    full join given_by_pair
        on
            co_visits_scored.number_1 = given_by_pair.number_1
            and co_visits_scored.number_2 = given_by_pair.number_2
),

compared as (
    select
        one.customer_id as customer_id_1,
        other.customer_id as customer_id_2,
        merged.*,
        least(merged.points, settings.largest_strength) as connection_strength,
        coalesce(one.household_id = other.household_id, false) as is_one_household,
        coalesce(
            settings.chance_within_part
            * {{ dot_product("one.arrivals_by_part_of_week", "other.arrivals_by_part_of_week") }}
            * greatest(1, (
                {{ days_between(
                    "greatest(one.first_date, other.first_date)",
                    "least(one.last_date, other.last_date)"
                ) }} + 7
            ) / 7.0)
            / (one.weeks * other.weeks),
            0
        ) as expected_co_visits
    from merged
    inner join people as one
        on merged.number_1 = one.number
    inner join people as other
        on merged.number_2 = other.number
    cross join settings
)

select
    compared.customer_id_1,
    compared.customer_id_2,
    case
        when compared.co_visit_count = 0 then compared.kinds
        when compared.kinds is null then 'same_day_group'
        else compared.kinds || ',same_day_group'
    end as connection_type,
    compared.connection_strength,
    compared.first_date as first_interaction_date,
    compared.last_date as last_interaction_date,
    compared.interaction_count,
    '{' || coalesce(compared.facts || ',', '')
    || case
        when compared.co_visit_count = 0 then ''
        else
            '"co_visits":' || compared.co_visit_count
            || ',"co_visit_count":' || compared.co_visit_count
            || ',"co_visits_with_shared_pass":' || compared.shared_pass_count
            || ',"typical_day_of_week":"'
            || {{ most_frequent_weekday("compared.weekday_tally") }} || '",'
    end
    || '"is_family_group":' || compared.is_one_household || '}' as metadata,
    case
        when compared.connection_strength <= settings.weak_up_to then 'weak'
        when compared.connection_strength <= settings.moderate_up_to then 'moderate'
        when compared.connection_strength <= settings.strong_up_to then 'strong'
        when compared.connection_strength <= settings.very_strong_up_to then 'very_strong'
        else 'core_group'
    end as strength_band,
    cast(compared.co_visit_count as integer) as co_visit_count,
    cast(compared.side_by_side_count as integer) as side_by_side_count,
    round(compared.expected_co_visits, 4) as expected_co_visits,
    compared.shared_pass_count > 0
    or (
        compared.side_by_side_count >= settings.least_side_by_side
        and compared.side_by_side_count > compared.expected_co_visits * settings.share_side_by_side
        -- No Poisson number is larger than its mean m by that much more often: e^(n-m) (m/n)^n.
        and exp(
            compared.side_by_side_count
            - compared.expected_co_visits * settings.share_side_by_side
        ) * power(
            compared.expected_co_visits * settings.share_side_by_side
            / compared.side_by_side_count,
            compared.side_by_side_count
        ) <= settings.largest_chance
    ) as is_companion
from compared
cross join settings
