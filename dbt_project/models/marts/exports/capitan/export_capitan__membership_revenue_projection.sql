-- Grain: one row per day from today to the end of the third month from now.
with

settings as (
    select 3 as months_ahead
),

memberships as (
    select * from {{ ref('int_gym__memberships') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

days as (
    select
        {{ each_day(
            "run.as_of_date",
            "date_trunc('month', run.as_of_date) + to_months(settings.months_ahead + 1)"
            ~ " - interval 1 day"
        ) }} as day
    from run
    cross join settings
),

charges as (
    select
        cast(unnest({{ json_strings("memberships.upcoming_bill_dates") }}) as date) as day,
        case when memberships.is_frozen then 0 else memberships.billing_amount end
            as projected_amount
    from memberships
    where memberships.membership_status = 'ACT' and not memberships.is_deleted
),

charged as (
    select
        charges.day,
        sum(charges.projected_amount) as projected_total
    from charges
    group by charges.day
)

select
    days.day as date,
    cast(coalesce(charged.projected_total, 0) as decimal(18, 2)) as projected_total
from days
left join charged
    on days.day = charged.day
