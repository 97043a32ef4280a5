-- Grain: one row per experiment and customer who was given an arm of it.
with

experiment_assignments as (
    select * from {{ source('ops', 'experiment_assignments') }}
),

renamed as (
    select
        -- ids
        experiment_assignments.experiment_id,
        experiment_assignments.customer_id,
        experiment_assignments.household_id,

        -- strings
        experiment_assignments.arm,

        -- dates and times
        cast(experiment_assignments.assigned_on as date) as assigned_date
    from experiment_assignments
)

select * from renamed
