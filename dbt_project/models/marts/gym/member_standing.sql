-- Grain: one row per customer who was ever on a membership, or for whom one was ever paid.
with

customer_events as (
    select * from {{ ref('customer_events') }}
),

running_memberships as (
    select * from {{ ref('running_memberships') }}
),

-- A two-week or companion pass is sold like a membership and is none.
membership_events as (
    select
        customer_events.*,
        customer_events.event_type in ('membership_purchase', 'membership_renewal') as is_payment
    from customer_events
    where
        customer_events.event_type in (
            'membership_started',
            'membership_purchase',
            'membership_renewal',
            'membership_cancelled',
            'membership_ended'
        )
        and not {{ is_temporary_product(
            "coalesce(" ~ json_text("customer_events.event_details", "$.membership_name")
            ~ ", " ~ json_text("customer_events.event_details", "$.product") ~ ")"
        ) }}
),

latest as (
    select
        membership_events.customer_id,
        max(membership_events.event_date)
        filter (where membership_events.is_payment) as latest_paid_date,
        max(membership_events.event_date)
        filter (where membership_events.event_type = 'membership_started') as latest_started_date,
        max(membership_events.event_date)
        filter (where membership_events.event_type = 'membership_cancelled')
            as latest_cancelled_date,
        max(membership_events.event_date)
        filter (where membership_events.event_type in ('membership_cancelled', 'membership_ended'))
            as latest_ended_date
    from membership_events
    group by membership_events.customer_id
),

rostered as (
    select
        running_memberships.customer_id,
        bool_or(running_memberships.is_active_member) as is_active_member,
        max(running_memberships.start_date)
        filter (where running_memberships.is_active_member) as latest_start_date,
        min(running_memberships.start_date)
        filter (where running_memberships.is_active_member and not running_memberships.is_bcf)
            as earliest_start_date
    from running_memberships
    where running_memberships.is_on_roster and not running_memberships.is_temporary_pass
    group by running_memberships.customer_id
)

select
    coalesce(latest.customer_id, rostered.customer_id) as customer_id,
    coalesce(rostered.is_active_member, false) as is_active_member,
    -- Frozen, or paid for since the last one ended: nobody to be won.
    rostered.customer_id is not null
    or coalesce(
        latest.latest_paid_date > coalesce(latest.latest_ended_date, date '0001-01-01'), false
    ) as is_member,
    rostered.latest_start_date,
    rostered.earliest_start_date,
    latest.latest_started_date,
    latest.latest_paid_date,
    latest.latest_cancelled_date
from latest
full outer join rostered
    on latest.customer_id = rostered.customer_id
