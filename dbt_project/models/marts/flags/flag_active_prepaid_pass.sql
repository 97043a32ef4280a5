-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'The owner of a two-week pass that is running.',
    'considers': 'whoever has a running membership or pass',
    'owner': 'front desk',
    'priority': 'low',
    'category': 'status',
    'cool_down_days': 0,
    'lifetime_days': 365,
    'persistent': True,
    'children': 'self',
    'destinations': ['shopify'],
    'flag_type': 'active-prepaid-pass',
}) }}

with

running_memberships as (
    select * from {{ ref('running_memberships') }}
),

met as (
    select *
    from running_memberships
    where
        running_memberships.is_owner
        and {{ is_two_week_pass("running_memberships.membership_name") }}
),

per_customer as (
    select
        running_memberships.customer_id,
        min(met.start_date) as since_date,
        string_agg(distinct met.membership_name, '|' order by met.membership_name) as names,
        max(met.end_date) as end_date
    from running_memberships
    left join met
        on
            running_memberships.customer_id = met.customer_id
            and running_memberships.membership_instance_id = met.membership_instance_id
    group by running_memberships.customer_id
)

select
    per_customer.customer_id,
    {{ business_midnight("per_customer.since_date") }} as triggered_at,
    json_object(
        'since_date', per_customer.since_date,
        'names', per_customer.names,
        'end_date', per_customer.end_date
    ) as details,
    json_object('owns_a_running_two_week_pass', per_customer.since_date is not null) as conditions
from per_customer
