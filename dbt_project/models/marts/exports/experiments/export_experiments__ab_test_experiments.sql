-- Grain: one row per experiment.
with

experiments as (
    select * from {{ ref('experiments') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

numbered as (
    select
        experiments.*,
        row_number() over (
            partition by experiments.experiment_id
            order by experiments.arm
        ) as arm_number
    from experiments
)

-- The file has room for two arms; experiment_results shows all.
select
    numbered.experiment_id,
    numbered.experiment_name,
    numbered.start_date,
    numbered.end_date,
    max(numbered.arm_definition) filter (where numbered.arm_number = 1) as group_a_definition,
    max(numbered.arm_definition) filter (where numbered.arm_number = 2) as group_b_definition,
    numbered.entry_flag_type as entry_criteria,
    case
        when numbered.is_invalid then 'invalidated'
        when run.as_of_date < numbered.start_date then 'paused'
        when run.as_of_date <= numbered.end_date then 'active'
        else 'ended'
    end as status
from numbered
cross join run
group by
    numbered.experiment_id,
    numbered.experiment_name,
    numbered.start_date,
    numbered.end_date,
    numbered.entry_flag_type,
    numbered.is_invalid,
    run.as_of_date
