-- Grain: one row per customer for whom the rule holds today.
{{ config(meta={
    'sentence': 'A customer, no child, of whom no e-mail of their own is known.',
    'owner': 'front desk',
    'priority': 'low',
    'category': 'engagement',
    'lifetime_days': 14,
}) }}

with

customers as (
    select * from {{ ref('dim_customers') }}
)

select
    customers.customer_id,
    customers.first_seen_at as triggered_at,
    json_object('sources', customers.sources) as details
from customers
where
    customers.primary_email is null
    and customers.minor <> 'yes'
    and not customers.is_deleted
    and customers.first_seen_at is not null
