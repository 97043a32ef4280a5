-- Grain: one row per entry on a day pass of somebody who is no member that day.
with

day_pass_visits as (
    select * from {{ ref('day_pass_visits') }}
)

select
    day_pass_visits.checkin_id,
    day_pass_visits.customer_id,
    {{ business_time("day_pass_visits.visited_at") }} as checkin_datetime,
    case
        when day_pass_visits.previous_visit_date is null then 'New Customer'
        when day_pass_visits.days_since_last_visit <= 60 then 'Returning (0-2mo)'
        when day_pass_visits.days_since_last_visit <= 180 then 'Returning (2-6mo)'
        else 'Returning (6+mo)'
    end as recency_category,
    day_pass_visits.previous_visit_date is null as is_first_visit,
    day_pass_visits.days_since_last_visit
from day_pass_visits
