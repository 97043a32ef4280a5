-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'No member, with three days on passes in sixty, or 100 dollars spent in ninety.',
    'considers': 'whoever had a day pass or paid for anything',
    'owner': 'front desk',
    'priority': 'medium',
    'category': 'conversion',
    'cool_down_days': 60,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'never',
    'destinations': [],
}) }}

with

settings as (
    select
        60 as pass_days,
        3 as least_passes,
        90 as spending_days,
        100 as least_spending
),

day_pass_days as (
    select * from {{ ref('day_pass_days') }}
),

member_standing as (
    select * from {{ ref('member_standing') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

passes as (
    select
        day_pass_days.customer_id,
        count(*) as pass_count,
        max(day_pass_days.happened_at) as latest_at
    from day_pass_days
    cross join settings
    cross join run
    where
        {{ days_between("day_pass_days.day_pass_date", "run.as_of_date") }} < settings.pass_days
    group by day_pass_days.customer_id
),

spending as (
    select
        members.customer_id,
        sum(payments.gross - payments.refunded) as spent,
        max(payments.paid_at) as latest_at
    from payments
    inner join members
        on payments.record_key = members.record_key
    cross join settings
    cross join run
    where
        payments.payment_status = 'paid'
        and {{ days_between(business_date("payments.paid_at"), "run.as_of_date") }}
        between 0 and settings.spending_days - 1
    group by members.customer_id
)

select
    coalesce(passes.customer_id, spending.customer_id) as customer_id,
    greatest(passes.latest_at, spending.latest_at) as triggered_at,
    json_object(
        'latest_day_pass_date', {{ business_date("passes.latest_at") }},
        'latest_payment_date', {{ business_date("spending.latest_at") }}
    ) as details,
    json_object(
        'comes_or_spends_enough',
        coalesce(passes.pass_count >= settings.least_passes, false)
        or coalesce(spending.spent >= settings.least_spending, false),
        'is_no_member', not coalesce(member_standing.is_member, false)
    ) as conditions
from passes
full outer join spending
    on passes.customer_id = spending.customer_id
left join member_standing
    on coalesce(passes.customer_id, spending.customer_id) = member_standing.customer_id
cross join settings
cross join run
