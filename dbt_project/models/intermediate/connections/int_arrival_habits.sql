-- Grain: one row per customer who was ever at a place, with when in the week they come.
with

settings as (
    select
        -- Somebody who came twice in a week has no habit yet.
        8 as least_weeks,
        2 as hours_a_part
),

arrivals as (
    select * from {{ ref('int_arrivals') }}
),

customer_numbers as (
    select * from {{ ref('int_customer_numbers') }}
),

counted as (
    select
        arrivals.customer_number,
        count(*) as arrival_count,
        min(arrivals.arrived_date) as first_date,
        max(arrivals.arrived_date) as last_date,
        {{ counts_by_place("isodow(arrivals.arrived_local_at) - 1", 7) }} as arrivals_by_weekday,
        {{ counts_by_place(
            "hour(arrivals.arrived_local_at) // settings.hours_a_part", 12
        ) }} as arrivals_by_part_of_day
    from arrivals
    cross join settings
    group by arrivals.customer_number
)

select
    customer_numbers.customer_id,
    counted.customer_number,
    counted.arrival_count,
    counted.first_date,
    counted.last_date,
    greatest(
        settings.least_weeks,
        ({{ days_between("counted.first_date", "counted.last_date") }} + 7) / 7.0
    ) as week_count,
    counted.arrivals_by_weekday,
    counted.arrivals_by_part_of_day
from counted
inner join customer_numbers
    on counted.customer_number = customer_numbers.customer_number
cross join settings
