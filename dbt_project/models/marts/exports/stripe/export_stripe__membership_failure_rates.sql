-- Grain: one row per membership product with a live membership.
with

settings as (
    select 90 as recent_days
),

memberships as (
    select * from {{ ref('int_gym__memberships') }}
),

payment_lines as (
    select * from {{ ref('int_payment_lines_categorised') }}
),

payment_attempts as (
    select * from {{ ref('fct_payment_attempts') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

declined as (
    select
        payment_lines.paid_for_key,
        count(*) as failure_count,
        count(*) filter (where payment_attempts.failure_code = 'insufficient_funds')
            as insufficient_count
    from payment_attempts
    inner join payment_lines
        on payment_attempts.payment_id = payment_lines.payment_id
    cross join settings
    cross join run
    where
        payment_attempts.outcome = 'declined'
        and {{ days_between("payment_attempts.attempt_date", "run.as_of_date") }}
        <= settings.recent_days
    group by payment_lines.paid_for_key
),

counted as (
    select
        memberships.membership_name as membership_type,
        count(*) as active_memberships,
        count(declined.paid_for_key) as unique_with_failures,
        coalesce(sum(declined.failure_count), 0) as total_failures,
        coalesce(sum(declined.insufficient_count), 0) as insufficient_funds_failures,
        count(*) filter (where declined.insufficient_count > 0) as unique_with_insuff_funds
    from memberships
    left join declined
        on declined.paid_for_key = 'capitan:membership:' || memberships.membership_instance_id
    where memberships.is_live
    group by memberships.membership_name
)

select
    counted.membership_type,
    counted.active_memberships,
    counted.unique_with_failures,
    cast(counted.total_failures as bigint) as total_failures,
    cast(counted.insufficient_funds_failures as bigint) as insufficient_funds_failures,
    counted.unique_with_insuff_funds,
    round(100 * counted.unique_with_failures / counted.active_memberships, 1) as failure_rate_pct,
    round(100 * counted.unique_with_insuff_funds / counted.active_memberships, 1)
        as insufficient_funds_rate_pct
from counted
