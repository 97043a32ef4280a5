-- Grain: one row per person on the roster of a membership that makes members, and its days.
with

memberships as (
    select * from {{ ref('int_gym__memberships') }}
),

membership_members as (
    select * from {{ ref('int_gym__membership_members') }}
),

source_states as (
    select * from {{ ref('int_source_states') }}
),

-- Capitan drops a membership without saying when; the day on which we first missed it counts.
vanished as (
    select
        source_states.subject,
        min(source_states.seen_on) as vanished_on
    from source_states
    where {{ json_text("source_states.state", "$.is_deleted") }} = 'true'
    group by source_states.subject
)

select
    membership_members.membership_instance_id,
    membership_members.capitan_customer_id,
    memberships.start_date,
    -- Capitan moves the end of a running plan along; an end says when the first day without it was.
    case
        when memberships.membership_status = 'END' then memberships.end_date - 1
        when memberships.is_deleted
            then least(memberships.end_date, coalesce(vanished.vanished_on, memberships.end_date))
        else date '9999-12-31'
    end as last_date
from memberships
inner join membership_members
    on memberships.membership_instance_id = membership_members.membership_instance_id
left join vanished
    on vanished.subject = 'capitan:membership:' || memberships.membership_instance_id
where not memberships.is_temporary_pass
