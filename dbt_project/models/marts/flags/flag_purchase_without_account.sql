-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'Somebody who bought a day pass and has no account at the front desk.',
    'considers': 'whoever bought a day pass',
    'owner': 'front desk',
    'priority': 'medium',
    'category': 'engagement',
    'cool_down_days': 0,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'self',
    'destinations': [],
}) }}

with

customer_events as (
    select * from {{ ref('customer_events') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

bought as (
    select
        customer_events.customer_id,
        max(customer_events.occurred_at) as latest_at,
        max(customer_events.event_date) as latest_date
    from customer_events
    where customer_events.event_type = 'day_pass_purchase'
    group by customer_events.customer_id
)

select
    bought.customer_id,
    bought.latest_at as triggered_at,
    json_object(
        'latest_purchase_date', bought.latest_date,
        'sources', customers.sources
    ) as details,
    json_object(
        'has_no_account', not contains('|' || customers.sources || '|', '|capitan|')
    ) as conditions
from bought
inner join customers
    on bought.customer_id = customers.customer_id
