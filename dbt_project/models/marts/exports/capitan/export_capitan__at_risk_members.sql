-- Grain: one row per active member who has not come for two weeks.
with

settings as (
    select
        14 as quiet_days,
        60 as long_quiet_days,
        14 as least_days_a_member
),

membership_people as (
    select * from {{ ref('membership_people') }}
),

memberships as (
    select * from {{ ref('int_gym__memberships') }}
),

membership_members as (
    select * from {{ ref('int_gym__membership_members') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- Staff come for other reasons; a frozen membership is no active one. The oldest one speaks.
watched as (
    select membership_people.*
    from membership_people
    inner join memberships
        on membership_people.membership_instance_id = memberships.membership_instance_id
    where membership_people.is_active_member and not memberships.is_bcf
    qualify row_number() over (
        partition by membership_people.customer_id
        order by membership_people.start_date, membership_people.membership_instance_id
    ) = 1
),

accounts as (
    select
        watched.customer_id,
        min(membership_members.capitan_customer_id) as capitan_customer_id
    from watched
    inner join membership_members
        on watched.membership_instance_id = membership_members.membership_instance_id
    inner join members
        on
            'capitan:customer:' || membership_members.capitan_customer_id = members.record_key
            and watched.customer_id = members.customer_id
    group by watched.customer_id
),

counted as (
    select
        watched.customer_id,
        max(customer_events.event_date) as last_visit_date,
        count(distinct customer_events.event_date) filter (
            where {{ days_between("customer_events.event_date", "run.as_of_date") }}
            < settings.quiet_days
        ) as visits_quiet_days,
        count(distinct customer_events.event_date) filter (
            where {{ days_between("customer_events.event_date", "run.as_of_date") }}
            < settings.long_quiet_days
        ) as visits_long_quiet_days
    from watched
    cross join settings
    cross join run
    left join customer_events
        on
            watched.customer_id = customer_events.customer_id
            and customer_events.event_type = 'checkin'
    group by watched.customer_id
)

select
    accounts.capitan_customer_id as customer_id,
    customers.given_name as first_name,
    customers.family_name as last_name,
    customers.age_years as age,
    watched.membership_name as membership_type,
    watched.start_date as membership_start_date,
    counted.last_visit_date as last_checkin_date,
    counted.visits_quiet_days as checkins_last_2_weeks,
    counted.visits_long_quiet_days as checkins_last_2_months,
    case
        when counted.visits_long_quiet_days > 0 then 'Declining Activity'
        else 'Very Inactive'
    end as risk_category,
    case
        when counted.visits_long_quiet_days > 0
            then 'No visit within 14 days, but one within 60 days'
        else 'No visit within 60 days'
    end as risk_description,
    '{{ var("capitan_app") }}/customers/' || accounts.capitan_customer_id || '/check-ins'
        as capitan_link,
    run.as_of_date as generated_at
from watched
inner join accounts
    on watched.customer_id = accounts.customer_id
inner join counted
    on watched.customer_id = counted.customer_id
inner join customers
    on watched.customer_id = customers.customer_id
cross join settings
cross join run
where
    counted.visits_quiet_days = 0
    and {{ days_between("watched.start_date", "run.as_of_date") }} >= settings.least_days_a_member
