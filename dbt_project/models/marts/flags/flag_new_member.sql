-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'A membership began up to three days ago, and there was none in half a year before.',
    'considers': 'whoever began a membership, or paid a first time for one',
    'owner': 'front desk',
    'priority': 'high',
    'category': 'engagement',
    'cool_down_days': 14,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'guardian',
    'destinations': ['shopify', 'klaviyo'],
}) }}

with

settings as (
    select
        3 as recent_days,
        180 as quiet_days
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- A two-week or companion pass makes nobody a member.
membership_events as (
    select
        customer_events.customer_id,
        customer_events.event_type,
        customer_events.event_date,
        customer_events.occurred_at,
        customer_events.event_id,
        {{ json_text("customer_events.event_details", "$.membership_name") }} as membership_name,
        {{ json_text("customer_events.event_details", "$.membership_id") }}
            as membership_instance_id
    from customer_events
    where
        customer_events.event_type in (
            'membership_started',
            'membership_purchase',
            'membership_renewal',
            'membership_cancelled'
        )
        and not {{ is_temporary_product(
            "coalesce(" ~ json_text("customer_events.event_details", "$.membership_name")
            ~ ", " ~ json_text("customer_events.event_details", "$.product") ~ ")"
        ) }}
),

latest_start as (
    select *
    from membership_events
    where membership_events.event_type in ('membership_started', 'membership_purchase')
    qualify row_number() over (
        partition by membership_events.customer_id
        order by
            membership_events.event_date desc,
            membership_events.event_type desc,
            membership_events.occurred_at desc,
            membership_events.event_id
    ) = 1
),

-- First payment and start of one membership lie some days apart: both are the joining.
before_joining as (
    select
        latest_start.customer_id,
        max(membership_events.event_date) as previous_date
    from latest_start
    inner join membership_events
        on latest_start.customer_id = membership_events.customer_id
    cross join settings
    where
        {{ days_between("membership_events.event_date", "latest_start.event_date") }}
        > case
            when
                membership_events.event_type in ('membership_started', 'membership_purchase')
                then settings.recent_days
            else 0
        end
    group by latest_start.customer_id
)

select
    latest_start.customer_id,
    latest_start.occurred_at as triggered_at,
    json_object(
        'membership_start_date', latest_start.event_date,
        'membership_name', latest_start.membership_name,
        'membership_id', latest_start.membership_instance_id,
        'previous_membership_date', before_joining.previous_date
    ) as details,
    json_object(
        'began_lately',
        {{ days_between("latest_start.event_date", "run.as_of_date") }} <= settings.recent_days,
        'none_in_the_time_before',
        coalesce(
            {{ days_between("before_joining.previous_date", "latest_start.event_date") }}
            > settings.quiet_days,
            true
        )
    ) as conditions
from latest_start
left join before_joining
    on latest_start.customer_id = before_joining.customer_id
cross join settings
cross join run
