-- Grain: one row per running membership or temporary pass and customer who owns or shares it.
with

memberships as (
    select * from {{ ref('int_gym__memberships') }}
),

membership_people as (
    select * from {{ ref('membership_people') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

people as (
    select
        membership_people.membership_instance_id,
        membership_people.customer_id,
        membership_people.is_owner,
        true as is_on_roster,
        membership_people.is_active_member
    from membership_people
    union all by name
    select
        memberships.membership_instance_id,
        members.customer_id,
        true as is_owner,
        false as is_on_roster,
        false as is_active_member
    from memberships
    inner join members
        on 'capitan:customer:' || memberships.owner_capitan_customer_id = members.record_key
    where not exists (
        select 1
        from membership_people
        where
            membership_people.membership_instance_id = memberships.membership_instance_id
            and membership_people.customer_id = members.customer_id
    )
)

select
    people.membership_instance_id,
    people.customer_id,
    people.is_owner,
    people.is_on_roster,
    people.is_active_member,
    memberships.membership_name,
    memberships.is_temporary_pass,
    memberships.is_bcf,
    coalesce(array_length({{ json_list("memberships.upcoming_bill_dates") }}), 0) > 0
        as is_renewing,
    memberships.start_date,
    memberships.end_date
from people
inner join memberships
    on people.membership_instance_id = memberships.membership_instance_id
cross join run
where
    memberships.membership_status = 'ACT'
    and not memberships.is_deleted
    and memberships.start_date <= run.as_of_date
