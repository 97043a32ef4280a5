-- Grain: one row per customer and time without a gap in which they were a member.
with

settings as (
    -- A new membership on the day after the old one ended goes on with it.
    select 1 as gap_days
),

member_periods as (
    select * from {{ ref('member_periods') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

with_earlier_days as (
    select
        member_periods.*,
        max(member_periods.last_date) over (
            partition by member_periods.customer_id
            order by member_periods.start_date, member_periods.membership_instance_id
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from member_periods
),

numbered as (
    select
        with_earlier_days.*,
        sum(case
            when with_earlier_days.covered_until is null then 1
            when
                with_earlier_days.covered_until < date '9999-12-31'
                and with_earlier_days.start_date
                > with_earlier_days.covered_until + settings.gap_days + 1
                then 1
            else 0
        end) over (
            partition by with_earlier_days.customer_id
            order by with_earlier_days.start_date, with_earlier_days.membership_instance_id
            rows unbounded preceding
        ) as stint_number
    from with_earlier_days
    cross join settings
),

first_of_stint as (
    select *
    from numbered
    qualify row_number() over (
        partition by numbered.customer_id, numbered.stint_number
        order by numbered.start_date, numbered.membership_instance_id
    ) = 1
),

last_of_stint as (
    select *
    from numbered
    qualify row_number() over (
        partition by numbered.customer_id, numbered.stint_number
        order by numbered.last_date desc, numbered.membership_instance_id desc
    ) = 1
)

select
    first_of_stint.customer_id,
    cast(first_of_stint.stint_number as bigint) as stint_number,
    first_of_stint.membership_instance_id as first_membership_instance_id,
    first_of_stint.membership_name as first_membership_name,
    first_of_stint.start_date as started_date,
    last_of_stint.membership_instance_id as last_membership_instance_id,
    last_of_stint.membership_name as last_membership_name,
    case
        when last_of_stint.last_date < run.as_of_date then last_of_stint.last_date + 1
    end as ended_date,
    first_of_stint.stint_number = 1 as is_new_member,
    last_of_stint.last_date < run.as_of_date as is_attrition
from first_of_stint
inner join last_of_stint
    on
        first_of_stint.customer_id = last_of_stint.customer_id
        and first_of_stint.stint_number = last_of_stint.stint_number
cross join run
