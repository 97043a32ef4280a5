-- Grain: one row per member whose first membership ever began within four weeks.
with

settings as (
    select 28 as new_days
),

member_stints as (
    select * from {{ ref('member_stints') }}
),

memberships as (
    select * from {{ ref('int_gym__memberships') }}
),

membership_members as (
    select * from {{ ref('int_gym__membership_members') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

visits as (
    select * from {{ ref('visits') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

accounts as (
    select
        membership_members.membership_instance_id,
        members.customer_id,
        min(membership_members.capitan_customer_id) as capitan_customer_id
    from membership_members
    inner join members
        on 'capitan:customer:' || membership_members.capitan_customer_id = members.record_key
    group by membership_members.membership_instance_id, members.customer_id
)

select
    accounts.capitan_customer_id as customer_id,
    customers.given_name as first_name,
    customers.family_name as last_name,
    customers.age_years as age,
    member_stints.first_membership_name as membership_type,
    member_stints.started_date as start_date,
    {{ days_between("member_stints.started_date", "run.as_of_date") }} as days_since_joining,
    coalesce(visits.visit_count, 0) as total_checkins,
    visits.last_visit_date as last_checkin_date,
    '{{ var("capitan_app") }}/customers/' || accounts.capitan_customer_id || '/check-ins'
        as capitan_link,
    run.as_of_date as generated_at
from member_stints
inner join memberships
    on member_stints.first_membership_instance_id = memberships.membership_instance_id
inner join accounts
    on
        member_stints.first_membership_instance_id = accounts.membership_instance_id
        and member_stints.customer_id = accounts.customer_id
inner join customers
    on member_stints.customer_id = customers.customer_id
left join visits
    on member_stints.customer_id = visits.customer_id
cross join settings
cross join run
where
    member_stints.is_new_member
    and not member_stints.is_attrition
    and not memberships.is_bcf
    and {{ days_between("member_stints.started_date", "run.as_of_date") }} <= settings.new_days
