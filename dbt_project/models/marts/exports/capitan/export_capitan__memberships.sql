-- Grain: one row per sold membership (instance) that is no temporary pass.
with

memberships as (
    select * from {{ ref('int_gym__memberships') }}
),

run as (
    select {{ as_of() }} as as_of_date
)

select
    memberships.membership_instance_id as membership_id,
    memberships.membership_type_id,
    memberships.membership_name as name,
    memberships.start_date,
    memberships.end_date,
    memberships.billing_amount,
    array_to_string({{ json_strings("memberships.upcoming_bill_dates") }}, ',')
        as upcoming_bill_dates,
    case when memberships.is_frozen then 0 else memberships.billing_amount end as projected_amount,
    memberships.billing_interval as interval,
    memberships.membership_status as status,
    memberships.owner_capitan_customer_id as owner_id,
    {{ full_years("memberships.owner_birth_date", "run.as_of_date") }} as membership_owner_age,
    memberships.frequency,
    memberships.size,
    memberships.is_founder,
    memberships.is_college,
    memberships.is_corporate,
    memberships.is_mid_day,
    memberships.is_fitness_only,
    memberships.has_fitness_addon,
    memberships.is_team_dues,
    memberships.is_bcf,
    memberships.is_90_for_90,
    memberships.is_temporary_pass,
    memberships.is_not_in_special
from memberships
cross join run
where not memberships.is_temporary_pass and not memberships.is_deleted
