-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'A customer, no child, of whom no e-mail of their own is known.',
    'considers': 'every customer',
    'owner': 'front desk',
    'priority': 'low',
    'category': 'engagement',
    'cool_down_days': 0,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'never',
    'destinations': [],
}) }}

with

customers as (
    select * from {{ ref('dim_customers') }}
)

select
    customers.customer_id,
    customers.first_seen_at as triggered_at,
    json_object('sources', customers.sources) as details,
    json_object(
        'has_no_email', customers.primary_email is null,
        'is_known_since_a_day', customers.first_seen_at is not null
    ) as conditions
from customers
