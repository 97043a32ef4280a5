-- Grain: one row per customer who has shown interest within two years.
with

settings as (
    select 730 as lead_days
),

events as (
    select * from {{ ref('fct_events') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

check_ins as (
    select
        int_gym__check_ins.*,
        lower(int_gym__check_ins.entry_method_description) as words
    from {{ ref('int_gym__check_ins') }} as int_gym__check_ins
),

run as (
    select {{ as_of() }} as as_of_date
),

-- What an entry says of the interest behind it; a member's says nothing.
entries as (
    select
        'capitan:checkin:' || check_ins.check_in_id as subject,
        case check_ins.entry_method
            when 'ENT' then 'Day Pass'
            when 'GUE' then 'Guest Pass'
            when 'FRE' then 'Free Entry'
            when 'EVE'
                then case
                    when regexp_matches(check_ins.words, 'birthday|bday') then 'Birthday Party'
                    when regexp_matches(check_ins.words, '\bcamps?\b') then 'Camp'
                    when regexp_matches(check_ins.words, 'homeschool|climb club|mini ascender')
                        then 'Youth Program'
                    when regexp_matches(check_ins.words, 'hyrox|basin strong|basin fit|yoga')
                        then 'Fitness Class'
                    when regexp_matches(check_ins.words, 'belay|intro to climbing')
                        then 'Climbing Class'
                    when regexp_matches(check_ins.words, '\b(league|comp)') then 'Competition'
                    else 'Event'
                end
        end as lead_source
    from check_ins
    where check_ins.entry_method in ('ENT', 'GUE', 'FRE', 'EVE')
),

-- The one meaning of interest: what somebody does who is no member, or not yet.
activities as (
    select
        members.customer_id,
        events.event_id,
        events.occurred_at,
        events.event_date,
        case
            when events.event_type = 'checkin' then entries.lead_source
            when events.event_type = 'camp_signup' then 'Camp'
            when events.event_type = 'fitness_class_signup' then 'Fitness Class'
            when events.event_type = 'climbing_class_signup' then 'Climbing Class'
            when events.event_type = 'youth_program_signup' then 'Youth Program'
            when events.event_type = 'competition_signup' then 'Competition'
            when events.event_type in ('event_signup', 'event_booking') then 'Event'
            when events.source = 'shopify' then 'Shopify'
            when events.event_type = 'day_pass_purchase' then 'Day Pass'
            when events.event_type = 'programming_purchase' then 'Programming'
            else 'Other'
        end as lead_source
    from events
    inner join members
        on events.record_key = members.record_key
    left join entries
        on events.subject = entries.subject
    where
        events.event_type in (
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
            events.source = 'shopify'
            and events.event_type in ('retail_purchase', 'other_purchase')
        )
        or (events.event_type = 'checkin' and entries.subject is not null)
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
