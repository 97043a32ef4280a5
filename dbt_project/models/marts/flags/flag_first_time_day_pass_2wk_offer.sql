-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'No member, with a first day pass, or a first in sixty days, up to five days ago.',
    'considers': 'whoever had a day pass',
    'owner': 'marketing',
    'priority': 'high',
    'category': 'conversion',
    'cool_down_days': 180,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'guardian',
    'destinations': ['shopify', 'klaviyo'],
}) }}

with

settings as (
    select
        5 as recent_days,
        60 as break_days
),

day_pass_days as (
    select * from {{ ref('day_pass_days') }}
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

in_order as (
    select
        day_pass_days.customer_id,
        day_pass_days.day_pass_date,
        day_pass_days.happened_at,
        lag(day_pass_days.day_pass_date) over (
            partition by day_pass_days.customer_id
            order by day_pass_days.day_pass_date
        ) as previous_date
    from day_pass_days
),

latest_pass as (
    select *
    from in_order
    qualify row_number() over (
        partition by in_order.customer_id
        order by in_order.day_pass_date desc
    ) = 1
),

two_week_passes as (
    select customer_events.customer_id
    from customer_events
    where
        customer_events.event_type = 'membership_started'
        and {{ is_two_week_pass(
            json_text("customer_events.event_details", "$.membership_name")
        ) }}
    group by customer_events.customer_id
)

select
    latest_pass.customer_id,
    latest_pass.happened_at as triggered_at,
    json_object(
        'latest_day_pass_date', latest_pass.day_pass_date,
        'previous_day_pass_date', latest_pass.previous_date
    ) as details,
    json_object(
        'had_a_day_pass_lately',
        {{ days_between("latest_pass.day_pass_date", "run.as_of_date") }} <= settings.recent_days,
        'had_none_in_the_time_before',
        coalesce(
            {{ days_between("latest_pass.previous_date", "latest_pass.day_pass_date") }}
            >= settings.break_days,
            true
        ),
        'is_no_member', not coalesce(member_standing.is_member, false),
        'never_had_a_two_week_pass', two_week_passes.customer_id is null
    ) as conditions
from latest_pass
left join member_standing
    on latest_pass.customer_id = member_standing.customer_id
left join two_week_passes
    on latest_pass.customer_id = two_week_passes.customer_id
cross join settings
cross join run
