-- Grain: one row per sold two-week or companion pass.
with

memberships as (
    select * from {{ ref('int_gym__memberships') }}
),

member_periods as (
    select * from {{ ref('member_periods') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- The first membership after the pass, whoever pays for it.
conversions as (
    select
        memberships.membership_instance_id,
        member_periods.start_date,
        member_periods.membership_name
    from memberships
    inner join members
        on 'capitan:customer:' || memberships.owner_capitan_customer_id = members.record_key
    inner join member_periods
        on
            members.customer_id = member_periods.customer_id
            and memberships.start_date < member_periods.start_date
    where memberships.is_temporary_pass
    qualify row_number() over (
        partition by memberships.membership_instance_id
        order by member_periods.start_date, member_periods.membership_instance_id
    ) = 1
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
    memberships.is_not_in_special,
    conversions.membership_instance_id is not null as converted_to_membership,
    conversions.start_date as conversion_date,
    conversions.membership_name as membership_converted_to
from memberships
left join conversions
    on memberships.membership_instance_id = conversions.membership_instance_id
cross join run
where memberships.is_temporary_pass and not memberships.is_deleted
