-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'On the roster of a running membership that is no temporary pass, or its owner.',
    'considers': 'whoever has a running membership or pass',
    'owner': 'front desk',
    'priority': 'low',
    'category': 'status',
    'cool_down_days': 0,
    'lifetime_days': 365,
    'persistent': True,
    'children': 'self',
    'destinations': ['shopify'],
    'flag_type': 'active-membership',
}) }}

with

running_memberships as (
    select * from {{ ref('running_memberships') }}
),

met as (
    select *
    from running_memberships
    where not running_memberships.is_temporary_pass
),

per_customer as (
    select
        running_memberships.customer_id,
        min(met.start_date) as since_date,
        string_agg(distinct met.membership_name, '|' order by met.membership_name) as names,
        bool_or(met.is_owner) as is_owner,
        bool_or(met.is_on_roster) as is_on_roster
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
        'is_owner', per_customer.is_owner,
        'is_member_via_family', per_customer.is_on_roster and not per_customer.is_owner
    ) as details,
    json_object('has_a_running_membership', per_customer.since_date is not null) as conditions
from per_customer
