-- Grain: one row per customer for whom the rule holds today.
{{ config(meta={
    'sentence': 'No child and never a member, with a day pass bought or used in the last fourteen days.',
    'owner': 'front desk',
    'priority': 'high',
    'category': 'conversion',
    'lifetime_days': 14,
}) }}

with

settings as (
    select 14 as recent_days
),

customers as (
    select * from {{ ref('dim_customers') }}
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

membership_people as (
    select * from {{ ref('membership_people') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- A day pass counts when it is sold, and when somebody enters on one, own or given.
day_passes as (
    select
        customer_events.customer_id,
        max(customer_events.occurred_at) as latest_at,
        max(customer_events.event_date) as latest_date
    from customer_events
    where
        customer_events.event_type = 'day_pass_purchase'
        or (
            customer_events.event_type = 'day_pass_checkin'
            and {{ json_text("customer_events.event_details", "$.entry_method") }} in ('ENT', 'GUE')
        )
    group by customer_events.customer_id
),

-- A two-week pass is sold like a membership and is none.
paid_members as (
    select customer_events.customer_id
    from customer_events
    where
        customer_events.event_type in ('membership_purchase', 'membership_renewal')
        and not {{ is_temporary_product(json_text("customer_events.event_details", "$.product")) }}
    group by customer_events.customer_id
),

-- Who is on a family's roster is a member though somebody else pays.
rostered_members as (
    select membership_people.customer_id
    from membership_people
    where membership_people.is_active_member
    group by membership_people.customer_id
)

select
    customers.customer_id,
    day_passes.latest_at as triggered_at,
    json_object('latest_day_pass_date', day_passes.latest_date) as details
from customers
inner join day_passes
    on customers.customer_id = day_passes.customer_id
left join paid_members
    on customers.customer_id = paid_members.customer_id
left join rostered_members
    on customers.customer_id = rostered_members.customer_id
cross join settings
cross join run
where
    {{ days_between("day_passes.latest_date", "run.as_of_date") }} <= settings.recent_days
    and paid_members.customer_id is null
    and rostered_members.customer_id is null
    and customers.minor <> 'yes'
    and not customers.is_deleted
