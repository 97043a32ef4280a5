-- Grain: one row per experiment and arm.
with

settings as (
    select 1.959963984540054 as z_of_95_per_cent
),

experiments as (
    select * from {{ ref('experiments') }}
),

experiment_arms as (
    select * from {{ ref('experiment_arms') }}
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

goals as (
    select
        experiment_arms.experiment_id,
        experiment_arms.customer_id,
        min(customer_events.event_date) as reached_on
    from experiment_arms
    inner join experiments
        on
            experiment_arms.experiment_id = experiments.experiment_id
            and experiment_arms.arm = experiments.arm
    inner join customer_events
        on
            experiment_arms.customer_id = customer_events.customer_id
            and experiments.goal_event_type = customer_events.event_type
            and customer_events.event_date between experiment_arms.assigned_on
            and experiment_arms.assigned_on + experiments.goal_days
    where
        not {{ is_temporary_product(json_text("customer_events.event_details", "$.product")) }}
    group by experiment_arms.experiment_id, experiment_arms.customer_id
),

-- One household is one observation, whoever of it was assigned.
per_household as (
    select
        experiment_arms.experiment_id,
        experiment_arms.arm,
        experiment_arms.household_id,
        bool_or(experiment_arms.is_mixed) as is_mixed,
        min(experiment_arms.assigned_on) as assigned_on,
        bool_or(goals.reached_on is not null) as is_converted
    from experiment_arms
    left join goals
        on
            experiment_arms.experiment_id = goals.experiment_id
            and experiment_arms.customer_id = goals.customer_id
    group by experiment_arms.experiment_id, experiment_arms.arm, experiment_arms.household_id
),

counted as (
    select
        experiments.experiment_id,
        experiments.arm,
        experiments.is_invalid,
        experiments.least_uplift,
        count(per_household.household_id) as household_count,
        count(*) filter (where per_household.is_mixed) as mixed_count,
        count(*) filter (
            where not per_household.is_mixed
            and per_household.assigned_on + experiments.goal_days > run.as_of_date
        ) as waiting_count,
        count(*) filter (
            where not per_household.is_mixed
            and per_household.assigned_on + experiments.goal_days <= run.as_of_date
        ) as analysed_count,
        count(*) filter (
            where not per_household.is_mixed
            and per_household.assigned_on + experiments.goal_days <= run.as_of_date
            and per_household.is_converted
        ) as converted_count
    from experiments
    left join per_household
        on
            experiments.experiment_id = per_household.experiment_id
            and experiments.arm = per_household.arm
    cross join run
    group by
        experiments.experiment_id,
        experiments.arm,
        experiments.is_invalid,
        experiments.least_uplift,
        run.as_of_date
),

-- The first arm is what the others are compared with.
compared as (
    select
        counted.*,
        counted.converted_count / nullif(counted.analysed_count, 0) as rate,
        first_value(counted.arm) over by_experiment as control_arm,
        first_value(counted.analysed_count) over by_experiment as control_count,
        first_value(counted.converted_count / nullif(counted.analysed_count, 0))
            over by_experiment as control_rate
    from counted
    window
        by_experiment as (
            partition by counted.experiment_id
            order by counted.arm
        )
),

deviated as (
    select
        compared.*,
        sqrt(
            compared.rate * (1 - compared.rate) / nullif(compared.analysed_count, 0)
            + compared.control_rate * (1 - compared.control_rate)
            / nullif(compared.control_count, 0)
        ) as difference_error,
        -- The error that a difference of the least uplift would have.
        sqrt(
            compared.control_rate * (1 - compared.control_rate)
            / nullif(compared.control_count, 0)
            + least(compared.control_rate + compared.least_uplift, 1)
            * (1 - least(compared.control_rate + compared.least_uplift, 1))
            / nullif(compared.analysed_count, 0)
        ) as uplift_error
    from compared
)

select
    deviated.experiment_id,
    deviated.arm,
    deviated.arm = deviated.control_arm as is_control,
    deviated.is_invalid,
    deviated.household_count,
    deviated.mixed_count,
    deviated.waiting_count,
    deviated.analysed_count,
    deviated.converted_count,
    deviated.rate as conversion_rate,
    -- Wilson's interval, which holds for small numbers too.
    (
        deviated.rate + pow(settings.z_of_95_per_cent, 2) / (2 * deviated.analysed_count)
        - settings.z_of_95_per_cent * sqrt(
            deviated.rate * (1 - deviated.rate) / deviated.analysed_count
            + pow(settings.z_of_95_per_cent, 2) / (4 * pow(deviated.analysed_count, 2))
        )
    ) / (1 + pow(settings.z_of_95_per_cent, 2) / deviated.analysed_count) as rate_low,
    (
        deviated.rate + pow(settings.z_of_95_per_cent, 2) / (2 * deviated.analysed_count)
        + settings.z_of_95_per_cent * sqrt(
            deviated.rate * (1 - deviated.rate) / deviated.analysed_count
            + pow(settings.z_of_95_per_cent, 2) / (4 * pow(deviated.analysed_count, 2))
        )
    ) / (1 + pow(settings.z_of_95_per_cent, 2) / deviated.analysed_count) as rate_high,
    case
        when deviated.arm <> deviated.control_arm then deviated.rate - deviated.control_rate
    end as difference,
    case
        when deviated.arm <> deviated.control_arm
            then
                deviated.rate - deviated.control_rate
                - settings.z_of_95_per_cent * deviated.difference_error
    end as difference_low,
    case
        when deviated.arm <> deviated.control_arm
            then
                deviated.rate - deviated.control_rate
                + settings.z_of_95_per_cent * deviated.difference_error
    end as difference_high,
    case
        when deviated.arm <> deviated.control_arm and deviated.uplift_error > 0
            then
                {{ normal_cdf(
                    "(deviated.least_uplift / deviated.uplift_error - settings.z_of_95_per_cent)"
                ) }}
    end as power
from deviated
cross join settings
