-- Grain: one row per entry on a day pass, with what became of its visitor.
with

settings as (
    select date '2024-09-01' as first_date
),

day_pass_visits as (
    select * from {{ ref('day_pass_visits') }}
),

member_periods as (
    select * from {{ ref('member_periods') }}
),

membership_people as (
    select * from {{ ref('membership_people') }}
),

check_ins as (
    select * from {{ ref('int_gym__check_ins') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- A companion pass comes with somebody else's programme; only a two-week pass is a trial.
trials as (
    select
        membership_people.customer_id,
        membership_people.start_date
    from membership_people
    cross join run
    where
        membership_people.is_temporary_pass
        and not contains(lower(membership_people.membership_name), 'companion')
        and membership_people.start_date <= run.as_of_date
),

next_trials as (
    select
        day_pass_visits.checkin_id,
        min(trials.start_date) as start_date
    from day_pass_visits
    inner join trials
        on
            day_pass_visits.customer_id = trials.customer_id
            and day_pass_visits.visit_date <= trials.start_date
    group by day_pass_visits.checkin_id
),

next_memberships as (
    select
        day_pass_visits.checkin_id,
        min(member_periods.start_date) as start_date
    from day_pass_visits
    inner join member_periods
        on
            day_pass_visits.customer_id = member_periods.customer_id
            and day_pass_visits.visit_date <= member_periods.start_date
    group by day_pass_visits.checkin_id
),

joined as (
    select
        day_pass_visits.*,
        next_trials.start_date as trial_date,
        next_memberships.start_date as member_date,
        {{ days_between("day_pass_visits.visit_date", "next_trials.start_date") }}
            as days_to_trial,
        {{ days_between("day_pass_visits.visit_date", "next_memberships.start_date") }}
            as days_to_member,
        least(next_trials.start_date, next_memberships.start_date) as any_date
    from day_pass_visits
    cross join settings
    left join next_trials
        on day_pass_visits.checkin_id = next_trials.checkin_id
    left join next_memberships
        on day_pass_visits.checkin_id = next_memberships.checkin_id
    where day_pass_visits.visit_date >= settings.first_date
)

select
    joined.checkin_id,
    joined.customer_id,
    customers.given_name as customer_first_name,
    customers.family_name as customer_last_name,
    customers.primary_email as customer_email,
    joined.visit_date,
    {{ business_time("joined.visited_at") }} as visit_datetime,
    joined.visit_number,
    joined.visit_count_60_days as visit_num_60d,
    case
        when joined.visit_count_60_days >= 3 then '3+'
        else cast(joined.visit_count_60_days as varchar)
    end as visit_category_60d,
    cast(date_trunc('month', joined.visit_date) as date) as cohort_month,
    cast(null as varchar) as ab_group,
    cast(null as varchar) as treatment_flag,
    coalesce(joined.days_to_trial <= 7, false) as converted_2wk_7d,
    coalesce(joined.days_to_trial <= 30, false) as converted_2wk_30d,
    coalesce(joined.days_to_trial <= 60, false) as converted_2wk_60d,
    joined.trial_date is not null as converted_2wk_ever,
    joined.days_to_trial as days_to_2wk,
    joined.trial_date as conversion_2wk_date,
    coalesce(joined.days_to_member <= 7, false) as converted_member_7d,
    coalesce(joined.days_to_member <= 30, false) as converted_member_30d,
    coalesce(joined.days_to_member <= 60, false) as converted_member_60d,
    coalesce(joined.days_to_member <= 90, false) as converted_member_90d,
    joined.member_date is not null as converted_member_ever,
    joined.days_to_member,
    joined.member_date as conversion_member_date,
    joined.any_date is not null as converted,
    joined.any_date as conversion_date,
    {{ days_between("joined.visit_date", "joined.any_date") }} as days_to_conversion,
    check_ins.entry_method_description,
    strftime(joined.visit_date, '%Y-%m') as month,
    cast(date_trunc('week', joined.visit_date) as date) as week
from joined
inner join check_ins
    on joined.checkin_id = check_ins.check_in_id
inner join customers
    on joined.customer_id = customers.customer_id
