-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'Never a member, with a day pass bought or used in the last fourteen days.',
    'considers': 'whoever bought or used a day pass',
    'owner': 'front desk',
    'priority': 'high',
    'category': 'conversion',
    'cool_down_days': 0,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'guardian',
    'destinations': ['shopify'],
}) }}

with

settings as (
    select 14 as recent_days
),

day_pass_days as (
    select * from {{ ref('day_pass_days') }}
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

running_memberships as (
    select * from {{ ref('running_memberships') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

latest_pass as (
    select
        day_pass_days.customer_id,
        max(day_pass_days.day_pass_date) as latest_date,
        max(day_pass_days.happened_at) as latest_at
    from day_pass_days
    where day_pass_days.is_on_pass
    group by day_pass_days.customer_id
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
    select running_memberships.customer_id
    from running_memberships
    where running_memberships.is_on_roster and not running_memberships.is_temporary_pass
    group by running_memberships.customer_id
)

select
    latest_pass.customer_id,
    latest_pass.latest_at as triggered_at,
    json_object('latest_day_pass_date', latest_pass.latest_date) as details,
    json_object(
        'had_a_day_pass_lately',
        {{ days_between("latest_pass.latest_date", "run.as_of_date") }} <= settings.recent_days,
        'never_paid_for_a_membership', paid_members.customer_id is null,
        'is_on_no_membership', rostered_members.customer_id is null
    ) as conditions
from latest_pass
left join paid_members
    on latest_pass.customer_id = paid_members.customer_id
left join rostered_members
    on latest_pass.customer_id = rostered_members.customer_id
cross join settings
cross join run
