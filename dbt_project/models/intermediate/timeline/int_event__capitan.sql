-- Grain: one row per check-in, use of a day pass, and start or end of a membership for a person.
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

-- Who was on the roster of a membership on which days; Capitan moves the end of a live one along.
covered as (
    select
        membership_members.capitan_customer_id,
        memberships.membership_instance_id,
        memberships.start_date,
        case
            when memberships.membership_status <> 'ACT' then memberships.end_date - 1
            else date '9999-12-31'
        end as last_date
    from memberships
    inner join membership_members
        on memberships.membership_instance_id = membership_members.membership_instance_id
    where not {{ is_temporary_product("memberships.membership_name") }}
),

-- A day pass that somebody uses, whoever bought it: entry passes, guests, free entries, birthdays.
day_pass_entries as (
    select
        'day_pass_checkin' as event_type,
        visits.subject,
        visits.role,
        visits.occurred_at,
        visits.record_key,
        visits.details
    from check_ins
    inner join visits
        on visits.subject = 'capitan:checkin:' || check_ins.check_in_id
    left join covered
        on
            check_ins.capitan_customer_id = covered.capitan_customer_id
            and cast(check_ins.checked_in_local_at as date)
            between covered.start_date and covered.last_date
    where
        covered.capitan_customer_id is null
        and (
            check_ins.entry_method in ('ENT', 'GUE', 'FRE')
            or (
                check_ins.entry_method = 'EVE'
                and regexp_matches(lower(check_ins.entry_method_description), 'birthday|bday')
            )
        )
),

-- A membership that is over, for whom no other one went on: a change of plan is no cancellation.
cancellations as (
    select
        'membership_cancelled' as event_type,
        'capitan:membership:' || memberships.membership_instance_id as subject,
        'member ' || membership_members.capitan_customer_id as role,
        {{ business_midnight("memberships.end_date") }} as occurred_at,
        'capitan:customer:' || membership_members.capitan_customer_id as record_key,
        json_object(
            'membership_id', memberships.membership_instance_id,
            'membership_name', memberships.membership_name,
            'end_date', memberships.end_date
        ) as details
    from memberships
    inner join membership_members
        on memberships.membership_instance_id = membership_members.membership_instance_id
    left join covered
        on
            membership_members.capitan_customer_id = covered.capitan_customer_id
            and memberships.membership_instance_id <> covered.membership_instance_id
            and memberships.end_date >= covered.start_date - 1
            and memberships.end_date <= covered.last_date
    cross join run
    where
        memberships.membership_status = 'END'
        and memberships.end_date <= run.as_of_date
        and not {{ is_temporary_product("memberships.membership_name") }}
        and covered.capitan_customer_id is null
),

conformed as (
    select *
    from visits
    union all by name
    select *
    from day_pass_entries
    union all by name
    select *
    from starts
    union all by name
    select *
    from cancellations
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
