-- Grain: one row per two customers whom something ties to each other; the smaller id first.
{{ config(materialized='view') }}

with

settings as (
    select
        2 as least_visits_for_bonus,
        100 as largest_strength,
        20 as weak_up_to,
        40 as moderate_up_to,
        60 as strong_up_to,
        80 as very_strong_up_to
),

co_visits as (
    select * from {{ ref('int_co_visit_pairs') }}
),

facts as (
    select * from {{ ref('int_connection_facts') }}
),

kinds as (
    select * from {{ ref('connection_kinds') }}
),

companions as (
    select * from {{ ref('int_companions') }}
),

customer_numbers as (
    select * from {{ ref('int_customer_numbers') }}
),

habits as (
    select * from {{ ref('int_arrival_habits') }}
),

household as (
    select * from {{ ref('household') }}
),

merged as (
    select
        coalesce(co_visits.customer_number_1, facts.customer_number_1) as customer_number_1,
        coalesce(co_visits.customer_number_2, facts.customer_number_2) as customer_number_2,
        coalesce(co_visits.co_visit_count, 0) as co_visit_count,
        coalesce(co_visits.side_by_side_count, 0) as side_by_side_count,
        coalesce(facts.shared_pass_count, 0) as shared_pass_count,
        coalesce(facts.given_points, 0) as given_points,
        coalesce(facts.given_count, 0) as given_count,
        least(co_visits.first_date, facts.first_given_date) as first_date,
        greatest(co_visits.last_date, facts.last_given_date) as last_date,
        coalesce(facts.typical_day_of_week, {{ weekday_name("co_visits.first_date") }})
            as typical_day_of_week,
        facts.given_kinds,
        facts.given_facts
    from co_visits
    full join facts
        on
            co_visits.customer_number_1 = facts.customer_number_1
            and co_visits.customer_number_2 = facts.customer_number_2
),

pairs as (
    select
        merged.*,
        merged.given_count + merged.co_visit_count as interaction_count,
        least(
            settings.largest_strength,
            merged.given_points + least(
                kinds.cap,
                kinds.points * merged.co_visit_count
                + case
                    when
                        merged.shared_pass_count > 0
                        and merged.co_visit_count >= settings.least_visits_for_bonus
                        then kinds.bonus_points
                    else 0
                end
            )
        ) as strength
    from merged
    cross join settings
    inner join kinds
        on kinds.kind = 'same_day_group'
)

select
    one.customer_id as customer_id_1,
    other.customer_id as customer_id_2,
    case
        when pairs.co_visit_count = 0 then pairs.given_kinds
        else concat_ws(',', pairs.given_kinds, 'same_day_group')
    end as connection_type,
    pairs.strength as connection_strength,
    pairs.first_date as first_interaction_date,
    pairs.last_date as last_interaction_date,
    pairs.interaction_count,
    '{' || coalesce(pairs.given_facts || ',', '')
    || case
        when pairs.co_visit_count = 0 then ''
        else
            '"co_visits":' || pairs.co_visit_count
            || ',"co_visit_count":' || pairs.co_visit_count
            || ',"co_visits_with_shared_pass":' || pairs.shared_pass_count
            || ',"typical_day_of_week":"' || pairs.typical_day_of_week || '",'
    end
    || '"is_family_group":' || coalesce(home_1.household_id = home_2.household_id, false)
    || '}' as metadata,
    case
        when pairs.strength <= settings.weak_up_to then 'weak'
        when pairs.strength <= settings.moderate_up_to then 'moderate'
        when pairs.strength <= settings.strong_up_to then 'strong'
        when pairs.strength <= settings.very_strong_up_to then 'very_strong'
        else 'core_group'
    end as strength_band,
    pairs.co_visit_count,
    pairs.side_by_side_count,
    round(coalesce({{ expected_co_visits("habit_1", "habit_2") }}, 0), 4) as expected_co_visits,
    companions.customer_number_1 is not null as is_companion
from pairs
inner join customer_numbers as one
    on pairs.customer_number_1 = one.customer_number
inner join customer_numbers as other
    on pairs.customer_number_2 = other.customer_number
left join companions
    on
        pairs.customer_number_1 = companions.customer_number_1
        and pairs.customer_number_2 = companions.customer_number_2
left join habits as habit_1
    on pairs.customer_number_1 = habit_1.customer_number
left join habits as habit_2
    on pairs.customer_number_2 = habit_2.customer_number
left join household as home_1
    on one.customer_id = home_1.customer_id
left join household as home_2
    on other.customer_id = home_2.customer_id
cross join settings
