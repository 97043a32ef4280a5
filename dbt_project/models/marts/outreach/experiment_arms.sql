-- Grain: one row per experiment and customer of today, with the arm that is theirs.
with

assignments as (
    select * from {{ ref('experiment_assignments') }}
),

followed as (
    select * from {{ ref('int_identity__followed') }}
),

households as (
    select * from {{ ref('household') }}
),

today as (
    select
        assignments.experiment_id,
        followed.customer_id,
        households.household_id as household_id_today,
        assignments.household_id,
        assignments.arm,
        assignments.assigned_on
    from assignments
    inner join followed
        on assignments.customer_id = followed.former_customer_id
    inner join households
        on followed.customer_id = households.customer_id
),

-- A household that was put together from two arms has seen both.
mixed as (
    select
        today.experiment_id,
        today.household_id_today
    from today
    group by today.experiment_id, today.household_id_today
    having count(distinct today.arm) > 1
)

select
    today.experiment_id,
    today.customer_id,
    today.household_id,
    today.arm,
    today.assigned_on,
    mixed.experiment_id is not null as is_mixed
from today
left join mixed
    on
        today.experiment_id = mixed.experiment_id
        and today.household_id_today = mixed.household_id_today
-- One customer merged from two stands for both; the earlier assignment is theirs.
qualify row_number() over (
    partition by today.experiment_id, today.customer_id
    order by today.assigned_on, today.arm, today.household_id
) = 1
