-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'No member, with five days and more on day passes, one of them in the last ninety.',
    'considers': 'whoever had a day pass',
    'owner': 'front desk',
    'priority': 'medium',
    'category': 'conversion',
    'cool_down_days': 90,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'never',
    'destinations': [],
}) }}

with

settings as (
    select
        5 as least_passes,
        90 as recent_days
),

day_pass_days as (
    select * from {{ ref('day_pass_days') }}
),

member_standing as (
    select * from {{ ref('member_standing') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

passes as (
    select
        day_pass_days.customer_id,
        count(*) as pass_count,
        min(day_pass_days.day_pass_date) as first_date,
        max(day_pass_days.day_pass_date) as latest_date,
        max(day_pass_days.happened_at) as latest_at
    from day_pass_days
    group by day_pass_days.customer_id
)

select
    passes.customer_id,
    passes.latest_at as triggered_at,
    json_object(
        'first_day_pass_date', passes.first_date,
        'latest_day_pass_date', passes.latest_date
    ) as details,
    json_object(
        'had_many', passes.pass_count >= settings.least_passes,
        'had_one_lately',
        {{ days_between("passes.latest_date", "run.as_of_date") }} < settings.recent_days,
        'is_no_member', not coalesce(member_standing.is_member, false)
    ) as conditions
from passes
left join member_standing
    on passes.customer_id = member_standing.customer_id
cross join settings
cross join run
