-- Grain: one row per check-in, and one per membership and person on its roster.
with

check_ins as (
    select * from {{ ref('stg_capitan__check_ins') }}
),

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

membership_members as (
    select * from {{ ref('stg_capitan__membership_members') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

visits as (
    select
        'checkin' as event_type,
        'capitan:checkin:' || check_ins.check_in_id as subject,
        'attendee' as role,
        check_ins.checked_in_at as occurred_at,
        'capitan:customer:' || check_ins.capitan_customer_id as record_key,
        json_object(
            'checkin_id', check_ins.check_in_id,
            'entry_method', check_ins.entry_method,
            'is_free_entry', check_ins.is_free_entry,
            'location_id', check_ins.location_id
        ) as details
    from check_ins
),

-- An owner who is not on the roster is a payer, and a membership starts on its day, not before.
starts as (
    select
        'membership_started' as event_type,
        'capitan:membership:' || memberships.membership_instance_id as subject,
        'member ' || membership_members.capitan_customer_id as role,
        {{ business_midnight("memberships.start_date") }} as occurred_at,
        'capitan:customer:' || membership_members.capitan_customer_id as record_key,
        json_object(
            'membership_id', memberships.membership_instance_id,
            'membership_name', memberships.membership_name,
            'is_owner',
            membership_members.capitan_customer_id = memberships.owner_capitan_customer_id,
            'start_date', memberships.start_date
        ) as details
    from memberships
    inner join membership_members
        on memberships.membership_instance_id = membership_members.membership_instance_id
    cross join run
    where memberships.start_date is null or memberships.start_date <= run.as_of_date
),

conformed as (
    select *
    from visits
    union all by name
    select *
    from starts
)

select
    {{ event_id("conformed.event_type", "'capitan'", "conformed.subject", "conformed.role") }}
        as event_id,
    conformed.event_type,
    conformed.occurred_at,
    conformed.record_key,
    'capitan' as source,
    case when conformed.record_key is null then 'unmatched' else 'exact' end as attribution,
    conformed.subject,
    cast(null as decimal(18, 2)) as amount,
    cast(null as varchar) as currency,
    conformed.details
from conformed
