-- Grain: one row per two customers, as numbers, who do not only happen to come at the same time.
with

settings as (
    select
        -- Arriving within two minutes of each other, of the half hour that makes a co-visit.
        2.0 / 30 as share_side_by_side,
        2 as least_side_by_side,
        0.001 as largest_chance
),

co_visit_pairs as (
    select * from {{ ref('int_co_visit_pairs') }}
),

facts as (
    select * from {{ ref('int_connection_facts') }}
),

habits as (
    select * from {{ ref('int_arrival_habits') }}
),

household as (
    select * from {{ ref('household') }}
),

customer_numbers as (
    select * from {{ ref('int_customer_numbers') }}
),

pairs as (
    select
        co_visit_pairs.customer_number_1,
        co_visit_pairs.customer_number_2,
        co_visit_pairs.side_by_side_count
    from co_visit_pairs
    where co_visit_pairs.side_by_side_count > 0
),

homes as (
    select
        customer_numbers.customer_number,
        household.household_id
    from customer_numbers
    inner join household
        on customer_numbers.customer_id = household.customer_id
),

of_one_household as (
    select
        pairs.customer_number_1,
        pairs.customer_number_2
    from pairs
    inner join homes as home_1
        on pairs.customer_number_1 = home_1.customer_number
    inner join homes as home_2
        on
            pairs.customer_number_2 = home_2.customer_number
            and home_1.household_id = home_2.household_id
),

expected as (
    select
        pairs.customer_number_1,
        pairs.customer_number_2,
        pairs.side_by_side_count,
        {{ expected_co_visits("habit_1", "habit_2") }} * settings.share_side_by_side
            as expected_side_by_side
    from pairs
    inner join habits as habit_1
        on pairs.customer_number_1 = habit_1.customer_number
    inner join habits as habit_2
        on pairs.customer_number_2 = habit_2.customer_number
    cross join settings
    where pairs.side_by_side_count >= settings.least_side_by_side
),

more_than_expected as (
    select
        expected.customer_number_1,
        expected.customer_number_2
    from expected
    cross join settings
    where
        expected.side_by_side_count > expected.expected_side_by_side
        -- A Poisson number with mean m is n or more at most with the chance e^(n-m) (m/n)^n.
        and exp(expected.side_by_side_count - expected.expected_side_by_side)
        * power(
            expected.expected_side_by_side / expected.side_by_side_count,
            expected.side_by_side_count
        ) <= settings.largest_chance
),

on_one_pass as (
    select
        facts.customer_number_1,
        facts.customer_number_2
    from facts
    where facts.shared_pass_count > 0
)

select *
from of_one_household
-- Many are companions in more than one way, and are so once.
union distinct by name
select *
from more_than_expected
union distinct by name
select *
from on_one_pass
