-- Grain: one row per customer who entered on a day pass without being a member.
with

day_pass_visits as (
    select * from {{ ref('day_pass_visits') }}
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

latest as (
    select *
    from day_pass_visits
    qualify row_number() over (
        partition by day_pass_visits.customer_id
        order by day_pass_visits.visit_number desc
    ) = 1
),

counted as (
    select
        latest.customer_id,
        count(distinct customer_events.event_date) filter (
            where {{ days_between("customer_events.event_date", "latest.visit_date") }} <= 60
        ) as visits_last_2mo,
        count(distinct customer_events.event_date) filter (
            where {{ days_between("customer_events.event_date", "latest.visit_date") }} <= 180
        ) as visits_last_6mo,
        count(distinct customer_events.event_date) filter (
            where {{ days_between("customer_events.event_date", "latest.visit_date") }} <= 365
        ) as visits_last_12mo
    from latest
    inner join customer_events
        on
            latest.customer_id = customer_events.customer_id
            and customer_events.event_type = 'checkin'
            and latest.visit_date >= customer_events.event_date
    group by latest.customer_id
)

select
    latest.customer_id,
    customers.given_name as customer_first_name,
    customers.family_name as customer_last_name,
    customers.primary_email as customer_email,
    latest.visit_date as latest_day_pass_date,
    latest.previous_visit_date,
    latest.days_since_last_visit,
    counted.visits_last_2mo,
    counted.visits_last_6mo,
    counted.visits_last_12mo,
    latest.visit_number as total_day_pass_checkins
from latest
inner join counted
    on latest.customer_id = counted.customer_id
inner join customers
    on latest.customer_id = customers.customer_id
