-- Grain: one row per pair of people on the roster of one family or duo membership.
with

memberships as (
    select * from {{ ref('int_gym__memberships') }}
),

membership_members as (
    select * from {{ ref('int_gym__membership_members') }}
),

run as (
    select {{ as_of() }} as as_of_date
)

select
    'capitan:customer:' || one.capitan_customer_id as record_key_a,
    'capitan:customer:' || other.capitan_customer_id as record_key_b,
    'family_membership' as kind,
    {{ business_midnight("memberships.start_date") }} as happened_at,
    json_object(
        'membership_id', memberships.membership_instance_id,
        'membership_type', memberships.membership_name,
        'relationship', memberships.size
    ) as evidence
from memberships
inner join membership_members as one
    on memberships.membership_instance_id = one.membership_instance_id
inner join membership_members as other
    on
        memberships.membership_instance_id = other.membership_instance_id
        and one.capitan_customer_id < other.capitan_customer_id
cross join run
where
    memberships.size in ('family', 'duo')
    and not memberships.is_temporary_pass
    and memberships.start_date <= run.as_of_date
