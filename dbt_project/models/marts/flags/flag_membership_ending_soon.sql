-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'On a running membership without a further bill that ends within thirty days.',
    'considers': 'whoever is on a running membership',
    'owner': 'front desk',
    'priority': 'medium',
    'category': 'retention',
    'cool_down_days': 30,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'self',
    'destinations': [],
}) }}

with

settings as (
    select 30 as days_ahead
),

running_memberships as (
    select * from {{ ref('running_memberships') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

ending as (
    select running_memberships.*
    from running_memberships
    where running_memberships.is_on_roster and not running_memberships.is_temporary_pass
    qualify row_number() over (
        partition by running_memberships.customer_id
        order by
            running_memberships.is_renewing desc,
            running_memberships.end_date desc nulls first,
            running_memberships.membership_instance_id
    ) = 1
)

select
    ending.customer_id,
    {{ business_midnight("ending.end_date - settings.days_ahead") }} as triggered_at,
    json_object(
        'end_date', ending.end_date,
        'membership_name', ending.membership_name,
        'membership_id', ending.membership_instance_id
    ) as details,
    json_object(
        'no_bill_follows', not ending.is_renewing,
        'ends_soon',
        {{ days_between("run.as_of_date", "ending.end_date") }} between 0 and settings.days_ahead
    ) as conditions
from ending
cross join settings
cross join run
