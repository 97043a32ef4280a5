-- Grain: one row per sold membership (instance) and person on its roster.
with

membership_members as (
    select * from {{ ref('int_gym__membership_members') }}
),

memberships as (
    select * from {{ ref('int_gym__memberships') }}
)

select
    -- The product's number under this name, as the file's readers know it.
    memberships.membership_type_id as membership_id,
    membership_members.member_id_in_capitan as member_id,
    membership_members.capitan_customer_id as customer_id,
    membership_members.given_name as member_first_name,
    membership_members.family_name as member_last_name,
    membership_members.is_individually_frozen as member_is_individually_frozen,
    memberships.membership_name as name,
    memberships.start_date,
    memberships.end_date,
    memberships.billing_amount,
    memberships.billing_interval as interval,
    memberships.membership_status as status,
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
from membership_members
inner join memberships
    on membership_members.membership_instance_id = memberships.membership_instance_id
where not memberships.is_temporary_pass and not memberships.is_deleted
