-- Grain: one row per experiment with households: whether its arms are as large as their weights.
with

experiments as (
    select * from {{ ref('experiments') }}
),

assignments as (
    select * from {{ ref('experiment_assignments') }}
),

per_arm as (
    select
        experiments.experiment_id,
        experiments.arm,
        experiments.weight / sum(experiments.weight) over (partition by experiments.experiment_id)
            as expected_share,
        count(distinct assignments.household_id) as household_count
    from experiments
    left join assignments
        on
            experiments.experiment_id = assignments.experiment_id
            and experiments.arm = assignments.arm
    group by experiments.experiment_id, experiments.arm, experiments.weight
),

shared as (
    select
        per_arm.*,
        sum(per_arm.household_count) over (partition by per_arm.experiment_id) as household_total
    from per_arm
),

summed as (
    select
        shared.experiment_id,
        max(shared.household_total) as household_count,
        count(*) - 1 as degrees_of_freedom,
        sum(
            pow(shared.household_count - shared.household_total * shared.expected_share, 2)
            / (shared.household_total * shared.expected_share)
        ) as chi_squared
    from shared
    where shared.household_total > 0
    group by shared.experiment_id
    having count(*) > 1
),

-- Of two arms the root is normal; of more, the cube root nearly is (Wilson and Hilferty).
standardised as (
    select
        summed.*,
        case
            when summed.degrees_of_freedom = 1 then sqrt(summed.chi_squared)
            else
                (
                    pow(summed.chi_squared / summed.degrees_of_freedom, 1.0 / 3)
                    - (1 - 2 / (9.0 * summed.degrees_of_freedom))
                ) / sqrt(2 / (9.0 * summed.degrees_of_freedom))
        end as deviation,
        case when summed.degrees_of_freedom = 1 then 2 else 1 end as tails
    from summed
)

select
    standardised.experiment_id,
    standardised.household_count,
    standardised.degrees_of_freedom,
    standardised.chi_squared,
    standardised.tails * (1 - ({{ normal_cdf("standardised.deviation") }})) as p_value
from standardised
