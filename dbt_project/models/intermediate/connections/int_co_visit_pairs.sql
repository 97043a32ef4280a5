-- Grain: one row per two customers, as numbers, who arrived at one place within half an hour.
with

settings as (
    select 2 * 60 as seconds_side_by_side
),

met as (
    select * from {{ ref('int_co_visits') }}
)

select
    met.customer_number_1,
    met.customer_number_2,
    cast(count(*) as integer) as co_visit_count,
    cast(
        count(*) filter (where met.seconds_between <= settings.seconds_side_by_side) as integer
    ) as side_by_side_count,
    min(met.met_date) as first_date,
    max(met.met_date) as last_date
from met
cross join settings
group by met.customer_number_1, met.customer_number_2
