-- Grain: one row per membership that makes members and customer on its roster, with its days.
with

member_periods as (
    select * from {{ ref('int_gym__member_periods') }}
),

memberships as (
    select * from {{ ref('int_gym__memberships') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- Two accounts of one person on one roster are one person on it.
per_customer as (
    select
        member_periods.membership_instance_id,
        members.customer_id,
        member_periods.start_date,
        member_periods.last_date
    from member_periods
    inner join members
        on 'capitan:customer:' || member_periods.capitan_customer_id = members.record_key
    group by
        member_periods.membership_instance_id,
        members.customer_id,
        member_periods.start_date,
        member_periods.last_date
)

select
    per_customer.membership_instance_id,
    per_customer.customer_id,
    memberships.membership_name,
    per_customer.start_date,
    per_customer.last_date
from per_customer
inner join memberships
    on per_customer.membership_instance_id = memberships.membership_instance_id
cross join run
where
    per_customer.start_date <= run.as_of_date
    and per_customer.last_date >= per_customer.start_date
