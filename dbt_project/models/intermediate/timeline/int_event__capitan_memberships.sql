-- Grain: one row per start or end of a membership for a person on its roster.
with

memberships as (
    select * from {{ ref('int_gym__memberships') }}
),

membership_members as (
    select * from {{ ref('int_gym__membership_members') }}
),

member_periods as (
    select * from {{ ref('int_gym__member_periods') }}
),

source_states as (
    select * from {{ ref('int_source_states') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

vanished as (
    select
        source_states.subject,
        min(source_states.seen_on) as vanished_on
    from source_states
    where {{ json_text("source_states.state", "$.is_deleted") }} = 'true'
    group by source_states.subject
),

-- An owner who is not on the roster is a payer.
rostered as (
    select
        memberships.*,
        'capitan:membership:' || memberships.membership_instance_id as subject,
        membership_members.capitan_customer_id,
        -- What is paid once runs out by itself; the rest goes on until somebody ends it.
        memberships.is_temporary_pass
        or memberships.billing_interval is null
        or starts_with(memberships.frequency, 'prepaid') as is_prepaid,
        case
            when memberships.membership_status = 'END' then memberships.end_date
            when memberships.is_deleted
                then least(
                    memberships.end_date, coalesce(vanished.vanished_on, memberships.end_date)
                )
        end as over_on
    from memberships
    inner join membership_members
        on memberships.membership_instance_id = membership_members.membership_instance_id
    left join vanished
        on vanished.subject = 'capitan:membership:' || memberships.membership_instance_id
),

-- A membership starts on its day, not before.
starts as (
    select
        'membership_started' as event_type,
        rostered.start_date as day,
        rostered.*,
        false as is_followed
    from rostered
    cross join run
    where rostered.start_date is null or rostered.start_date <= run.as_of_date
),

-- A change of plan is no cancellation, and neither is a prepaid time that is over.
ends as (
    select
        rostered.over_on as day,
        rostered.*,
        exists(
            select 1
            from member_periods
            where
                member_periods.capitan_customer_id = rostered.capitan_customer_id
                and member_periods.membership_instance_id <> rostered.membership_instance_id
                and rostered.over_on >= member_periods.start_date - 1
                and rostered.over_on <= member_periods.last_date
        ) as is_followed
    from rostered
    cross join run
    where rostered.over_on <= run.as_of_date
),

conformed as (
    select *
    from starts
    union all by name
    select
        case
            when ends.is_prepaid or ends.is_followed then 'membership_ended'
            else 'membership_cancelled'
        end as event_type,
        ends.*
    from ends
)

select
    {{ event_id(
        "conformed.event_type",
        "'capitan'",
        "conformed.subject",
        "'member ' || conformed.capitan_customer_id"
    ) }} as event_id,
    conformed.event_type,
    {{ business_midnight("conformed.day") }} as occurred_at,
    'capitan:customer:' || conformed.capitan_customer_id as record_key,
    'capitan' as source,
    'exact' as attribution,
    conformed.subject,
    cast(null as decimal(18, 2)) as amount,
    cast(null as varchar) as currency,
    json_object(
        'membership_id', conformed.membership_instance_id,
        'membership_name', conformed.membership_name,
        'is_owner', conformed.capitan_customer_id = conformed.owner_capitan_customer_id,
        'start_date', conformed.start_date,
        'end_date', conformed.end_date,
        'status', conformed.membership_status,
        'frequency', conformed.frequency,
        'size', conformed.size,
        'billing_amount', conformed.billing_amount,
        'is_fitness_only', conformed.is_fitness_only,
        'has_fitness_addon', conformed.has_fitness_addon,
        'is_temporary_pass', conformed.is_temporary_pass,
        'is_followed', case
            when conformed.event_type <> 'membership_started' then conformed.is_followed
        end
    ) as details
from conformed
