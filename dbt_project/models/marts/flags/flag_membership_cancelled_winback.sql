-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'Somebody whose last membership ended up to seven days ago and who has no other.',
    'considers': 'whoever had a membership that ended',
    'owner': 'marketing',
    'priority': 'high',
    'category': 'retention',
    'cool_down_days': 180,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'guardian',
    'destinations': ['shopify', 'klaviyo'],
}) }}

with

settings as (
    select 7 as recent_days
),

member_standing as (
    select * from {{ ref('member_standing') }}
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

cancelled as (
    select
        customer_events.customer_id,
        customer_events.occurred_at,
        customer_events.event_date,
        {{ json_text("customer_events.event_details", "$.membership_name") }} as membership_name,
        {{ json_text("customer_events.event_details", "$.membership_id") }}
            as membership_instance_id
    from customer_events
    where
        customer_events.event_type = 'membership_cancelled'
        and not {{ is_temporary_product(
            json_text("customer_events.event_details", "$.membership_name")
        ) }}
    qualify row_number() over (
        partition by customer_events.customer_id
        order by customer_events.occurred_at desc, customer_events.event_id
    ) = 1
)

select
    cancelled.customer_id,
    cancelled.occurred_at as triggered_at,
    json_object(
        'cancellation_date', cancelled.event_date,
        'cancelled_membership_name', cancelled.membership_name,
        'cancelled_membership_id', cancelled.membership_instance_id
    ) as details,
    json_object(
        'ended_lately',
        {{ days_between("cancelled.event_date", "run.as_of_date") }} <= settings.recent_days,
        'none_began_since',
        coalesce(member_standing.latest_started_date <= cancelled.event_date, true),
        'is_no_member', not member_standing.is_member
    ) as conditions
from cancelled
inner join member_standing
    on cancelled.customer_id = member_standing.customer_id
cross join settings
cross join run
