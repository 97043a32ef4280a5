-- Grain: one row per experiment and customer who entered it.
with

assignments as (
    select * from {{ ref('experiment_assignments') }}
),

experiments as (
    select * from {{ ref('experiments') }}
)

select
    assignments.customer_id,
    assignments.experiment_id,
    assignments.assigned_on as entry_date,
    assignments.arm as "group",
    cast(null as varchar) as customer_id_last_digit,
    experiments.entry_flag_type as entry_flag
from assignments
inner join experiments
    on
        assignments.experiment_id = experiments.experiment_id
        and assignments.arm = experiments.arm
