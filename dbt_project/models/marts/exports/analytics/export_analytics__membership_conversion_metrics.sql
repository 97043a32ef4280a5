-- Grain: one row per customer who ever owned a membership, for the first one.
with

member_periods as (
    select * from {{ ref('member_periods') }}
),

membership_people as (
    select * from {{ ref('membership_people') }}
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

first_owned as (
    select member_periods.*
    from member_periods
    inner join membership_people
        on
            member_periods.membership_instance_id = membership_people.membership_instance_id
            and member_periods.customer_id = membership_people.customer_id
    where membership_people.is_owner
    qualify row_number() over (
        partition by member_periods.customer_id
        order by member_periods.start_date, member_periods.membership_instance_id
    ) = 1
),

counted as (
    select
        first_owned.customer_id,
        count(distinct customer_events.event_date) as previous_checkins_count
    from first_owned
    inner join customer_events
        on
            first_owned.customer_id = customer_events.customer_id
            and customer_events.event_type = 'checkin'
            and first_owned.start_date > customer_events.event_date
    group by first_owned.customer_id
)

select
    first_owned.membership_instance_id as membership_id,
    first_owned.customer_id,
    first_owned.start_date as membership_start_date,
    first_owned.membership_name as membership_type,
    coalesce(counted.previous_checkins_count, 0) as previous_checkins_count,
    case
        when coalesce(counted.previous_checkins_count, 0) >= 5 then '5+'
        else cast(coalesce(counted.previous_checkins_count, 0) as varchar)
    end as checkins_bucket
from first_owned
left join counted
    on first_owned.customer_id = counted.customer_id
