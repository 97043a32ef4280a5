-- Grain: one row per entry on a day pass of somebody who is no member that day.
with

settings as (
    select 60 as recent_days
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

member_periods as (
    select * from {{ ref('member_periods') }}
),

visit_days as (
    select
        customer_events.customer_id,
        customer_events.event_date
    from customer_events
    where customer_events.event_type = 'checkin'
    group by customer_events.customer_id, customer_events.event_date
),

-- Who is a member on one account is one on all of them.
entries as (
    select
        {{ json_text("customer_events.event_details", "$.checkin_id") }} as checkin_id,
        customer_events.customer_id,
        customer_events.occurred_at,
        customer_events.event_date,
        {{ json_text("customer_events.event_details", "$.entry_method") }} as entry_method
    from customer_events
    where
        customer_events.event_type = 'day_pass_checkin'
        and not exists (
            select 1
            from member_periods
            where
                member_periods.customer_id = customer_events.customer_id
                and customer_events.event_date
                between member_periods.start_date and member_periods.last_date
        )
),

earlier_visits as (
    select
        entries.checkin_id,
        max(visit_days.event_date) as previous_visit_date
    from entries
    inner join visit_days
        on
            entries.customer_id = visit_days.customer_id
            and entries.event_date > visit_days.event_date
    group by entries.checkin_id
),

numbered as (
    select
        entries.*,
        row_number() over (
            partition by entries.customer_id
            order by entries.occurred_at, entries.checkin_id
        ) as visit_number
    from entries
),

recent as (
    select
        numbered.checkin_id,
        count(*) as recent_count
    from numbered
    cross join settings
    inner join numbered as other
        on
            numbered.customer_id = other.customer_id
            and numbered.visit_number >= other.visit_number
            and {{ days_between("other.event_date", "numbered.event_date") }} < settings.recent_days
    group by numbered.checkin_id
)

select
    numbered.checkin_id,
    numbered.customer_id,
    numbered.occurred_at as visited_at,
    numbered.event_date as visit_date,
    numbered.entry_method,
    numbered.visit_number,
    recent.recent_count as visit_count_60_days,
    earlier_visits.previous_visit_date,
    {{ days_between("earlier_visits.previous_visit_date", "numbered.event_date") }}
        as days_since_last_visit
from numbered
inner join recent
    on numbered.checkin_id = recent.checkin_id
left join earlier_visits
    on numbered.checkin_id = earlier_visits.checkin_id
