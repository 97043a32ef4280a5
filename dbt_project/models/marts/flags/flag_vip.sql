-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'Somebody who has paid two thousand dollars and more, refunds taken off.',
    'considers': 'whoever paid for anything',
    'owner': 'front desk',
    'priority': 'low',
    'category': 'status',
    'cool_down_days': 0,
    'lifetime_days': 365,
    'persistent': True,
    'children': 'never',
    'destinations': [],
}) }}

with

settings as (
    select 2000 as least_spending
),

payments as (
    select * from {{ ref('fct_payments') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

spending as (
    select
        members.customer_id,
        sum(payments.gross - payments.refunded) as spent,
        min(payments.paid_at) as first_paid_at,
        max(payments.paid_at) as latest_paid_at
    from payments
    inner join members
        on payments.record_key = members.record_key
    where payments.payment_status = 'paid'
    group by members.customer_id
)

select
    spending.customer_id,
    spending.latest_paid_at as triggered_at,
    json_object(
        'first_payment_date', {{ business_date("spending.first_paid_at") }},
        'latest_payment_date', {{ business_date("spending.latest_paid_at") }}
    ) as details,
    json_object('paid_enough', spending.spent >= settings.least_spending) as conditions
from spending
cross join settings
