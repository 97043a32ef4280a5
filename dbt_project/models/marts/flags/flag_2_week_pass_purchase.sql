-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'Somebody who ever began a two-week pass.',
    'considers': 'whoever began a pass or membership',
    'owner': 'marketing',
    'priority': 'medium',
    'category': 'product',
    'cool_down_days': 14,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'guardian',
    'destinations': ['shopify', 'klaviyo'],
}) }}

with

customer_events as (
    select * from {{ ref('customer_events') }}
),

started as (
    select
        customer_events.customer_id,
        customer_events.event_date,
        customer_events.occurred_at,
        {{ json_text("customer_events.event_details", "$.membership_name") }} as pass_name,
        {{ json_text("customer_events.event_details", "$.membership_id") }}
            as membership_instance_id,
        {{ is_two_week_pass(
            json_text("customer_events.event_details", "$.membership_name")
        ) }} as is_two_week_pass
    from customer_events
    where customer_events.event_type = 'membership_started'
    qualify row_number() over (
        partition by customer_events.customer_id
        order by is_two_week_pass desc, customer_events.occurred_at desc, customer_events.event_id
    ) = 1
)

select
    started.customer_id,
    started.occurred_at as triggered_at,
    json_object(
        'membership_start_date', started.event_date,
        'membership_name', started.pass_name,
        'membership_id', started.membership_instance_id
    ) as details,
    json_object('began_a_two_week_pass', started.is_two_week_pass) as conditions
from started
