-- Grain: one row per sold membership (instance) and customer on its roster.
with

memberships as (
    select * from {{ ref('int_gym__memberships') }}
),

membership_members as (
    select * from {{ ref('int_gym__membership_members') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

-- Two accounts of one person on one roster are one person on it.
per_customer as (
    select
        membership_members.membership_instance_id,
        members.customer_id,
        bool_and(membership_members.is_individually_frozen) as is_individually_frozen,
        bool_or(
            membership_members.capitan_customer_id = memberships.owner_capitan_customer_id
        ) as is_owner
    from membership_members
    inner join memberships
        on membership_members.membership_instance_id = memberships.membership_instance_id
    inner join members
        on 'capitan:customer:' || membership_members.capitan_customer_id = members.record_key
    group by membership_members.membership_instance_id, members.customer_id
)

select
    per_customer.membership_instance_id,
    per_customer.customer_id,
    per_customer.is_owner,
    memberships.membership_name,
    memberships.start_date,
    memberships.end_date,
    memberships.is_temporary_pass,
    memberships.is_live and not per_customer.is_individually_frozen as is_active_member
from per_customer
inner join memberships
    on per_customer.membership_instance_id = memberships.membership_instance_id
