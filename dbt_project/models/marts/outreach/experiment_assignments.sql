-- Grain: one row per experiment and customer who was given an arm of it, for ever.
with

stored as (
    select * from {{ ref('stg_ops__experiment_assignments') }}
),

experiments as (
    select * from {{ ref('experiments') }}
),

customer_flags as (
    select * from {{ ref('customer_flags') }}
),

households as (
    select * from {{ ref('household') }}
),

followed as (
    select * from {{ ref('int_identity__followed') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

arms as (
    select
        experiments.experiment_id,
        experiments.arm,
        experiments.entry_flag_type,
        experiments.weight,
        sum(experiments.weight) over (
            partition by experiments.experiment_id
            order by experiments.arm
        ) as weight_until,
        sum(experiments.weight) over (partition by experiments.experiment_id) as weight_in_all
    from experiments
    cross join run
    where run.as_of_date between experiments.start_date and experiments.end_date
),

entrants as (
    select
        arms.experiment_id,
        customer_flags.customer_id,
        households.household_id
    from customer_flags
    inner join arms
        on {{ base_flag_type("customer_flags.flag_type") }} = arms.entry_flag_type
    inner join households
        on customer_flags.customer_id = households.customer_id
    group by arms.experiment_id, customer_flags.customer_id, households.household_id
),

-- Who moves in with somebody who has an arm gets theirs; with two there is none to be given.
arms_at_home as (
    select
        stored.experiment_id,
        households.household_id,
        min(stored.arm) as arm,
        count(distinct stored.arm) as arm_count,
        list(distinct followed.customer_id order by followed.customer_id) as customer_ids
    from stored
    inner join followed
        on stored.customer_id = followed.former_customer_id
    inner join households
        on followed.customer_id = households.customer_id
    group by stored.experiment_id, households.household_id
),

newly_assigned as (
    select
        entrants.experiment_id,
        entrants.customer_id,
        entrants.household_id,
        coalesce(arms_at_home.arm, arms.arm) as arm,
        run.as_of_date as assigned_date
    from entrants
    inner join arms
        on
            entrants.experiment_id = arms.experiment_id
            and {{ digest_share("entrants.household_id || ' ' || entrants.experiment_id") }}
            * arms.weight_in_all < arms.weight_until
            and {{ digest_share("entrants.household_id || ' ' || entrants.experiment_id") }}
            * arms.weight_in_all >= arms.weight_until - arms.weight
    left join arms_at_home
        on
            entrants.experiment_id = arms_at_home.experiment_id
            and entrants.household_id = arms_at_home.household_id
    cross join run
    where
        coalesce(arms_at_home.arm_count, 1) = 1
        and not coalesce(
            list_contains(arms_at_home.customer_ids, entrants.customer_id), false
        )
)

select
    stored.experiment_id,
    stored.customer_id,
    stored.household_id,
    stored.arm,
    stored.assigned_date as assigned_on
from stored
union all by name
select
    newly_assigned.experiment_id,
    newly_assigned.customer_id,
    newly_assigned.household_id,
    newly_assigned.arm,
    newly_assigned.assigned_date as assigned_on
from newly_assigned
