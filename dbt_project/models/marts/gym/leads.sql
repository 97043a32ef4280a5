-- Grain: one row per customer who has shown interest within two years.
with

settings as (
    select 730 as lead_days
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

check_ins as (
    select * from {{ ref('int_gym__check_ins') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- The one meaning of interest: what somebody does who is no member, or not yet.
activities as (
    select
        customer_events.customer_id,
        customer_events.event_id,
        customer_events.occurred_at,
        customer_events.event_date,
        case
            when customer_events.event_type = 'checkin'
                then case {{ json_text("customer_events.event_details", "$.entry_method") }}
                    when 'ENT' then 'Day Pass'
                    when 'GUE' then 'Guest Pass'
                    when 'FRE' then 'Free Entry'
                    else
                        case
                            when regexp_matches(
                                lower(check_ins.entry_method_description), 'birthday|bday'
                            ) then 'Birthday Party'
                            when regexp_matches(
                                lower(check_ins.entry_method_description), '\bcamps?\b'
                            ) then 'Camp'
                            when regexp_matches(
                                lower(check_ins.entry_method_description),
                                'homeschool|climb club|mini ascender'
                            ) then 'Youth Program'
                            when regexp_matches(
                                lower(check_ins.entry_method_description),
                                'hyrox|basin strong|basin fit|yoga'
                            ) then 'Fitness Class'
                            when regexp_matches(
                                lower(check_ins.entry_method_description),
                                'belay|intro to climbing'
                            ) then 'Climbing Class'
                            when regexp_matches(
                                lower(check_ins.entry_method_description), '\b(league|comp)'
                            ) then 'Competition'
                            else 'Event'
                        end
                end
            when customer_events.event_type = 'camp_signup' then 'Camp'
            when customer_events.event_type = 'fitness_class_signup' then 'Fitness Class'
            when customer_events.event_type = 'climbing_class_signup' then 'Climbing Class'
            when customer_events.event_type = 'youth_program_signup' then 'Youth Program'
            when customer_events.event_type = 'competition_signup' then 'Competition'
            when customer_events.event_type in ('event_signup', 'event_booking') then 'Event'
            when customer_events.event_source = 'shopify' then 'Shopify'
            when customer_events.event_type = 'day_pass_purchase' then 'Day Pass'
            when customer_events.event_type = 'programming_purchase' then 'Programming'
            else 'Other'
        end as lead_source
    from customer_events
    left join check_ins
        on
            customer_events.event_type = 'checkin'
            and {{ json_text("customer_events.event_details", "$.checkin_id") }}
            = check_ins.check_in_id
    where
        customer_events.event_type in (
            'day_pass_purchase',
            'day_pass_purchased_no_checkin',
            'programming_purchase',
            'event_booking',
            'camp_signup',
            'fitness_class_signup',
            'climbing_class_signup',
            'youth_program_signup',
            'competition_signup',
            'event_signup'
        )
        or (
            customer_events.event_source = 'shopify'
            and customer_events.event_type in ('retail_purchase', 'other_purchase')
        )
        or (
            customer_events.event_type = 'checkin'
            and {{ json_text("customer_events.event_details", "$.entry_method") }}
            in ('ENT', 'GUE', 'FRE', 'EVE')
        )
),

first_activity as (
    select *
    from activities
    qualify row_number() over (
        partition by activities.customer_id
        order by activities.occurred_at, activities.event_id
    ) = 1
),

summed as (
    select
        activities.customer_id,
        min(activities.event_date) as first_activity_date,
        max(activities.event_date) as last_activity_date,
        count(*) as activity_count
    from activities
    group by activities.customer_id
)

select
    summed.customer_id,
    first_activity.lead_source,
    summed.first_activity_date,
    summed.last_activity_date,
    summed.activity_count
from summed
inner join first_activity
    on summed.customer_id = first_activity.customer_id
cross join settings
cross join run
where {{ days_between("summed.last_activity_date", "run.as_of_date") }} <= settings.lead_days
