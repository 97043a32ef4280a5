-- Grain: one row per pair of customers, place and day on which both arrived within half an hour.
with

settings as (
    select 30 * 60 as seconds_apart
),

arrivals as (
    select * from {{ ref('int_arrivals') }}
),

-- Most come once a day; whoever comes again may meet somebody again, which counts once.
first_seconds as (
    select
        arrivals.customer_number,
        arrivals.place_number,
        arrivals.arrived_date,
        min(arrivals.arrived_second) as first_second
    from arrivals
    group by arrivals.customer_number, arrivals.place_number, arrivals.arrived_date
    having count(*) > 1
),

-- Time is cut into pieces as long as the window: partners lie in the same piece or the next.
placed as (
    select
        arrivals.customer_number,
        arrivals.place_number,
        arrivals.arrived_date,
        arrivals.arrived_second,
        coalesce(first_seconds.first_second, arrivals.arrived_second) as first_second,
        arrivals.arrived_second // settings.seconds_apart as piece,
        arrivals.arrived_second + settings.seconds_apart as last_second,
        settings.seconds_apart
    from arrivals
    left join first_seconds
        on
            arrivals.customer_number = first_seconds.customer_number
            and arrivals.place_number = first_seconds.place_number
            and arrivals.arrived_date = first_seconds.arrived_date
    cross join settings
),

first_arrivals as (
    select *
    from placed
    where placed.arrived_second = placed.first_second
),

steps as (
    select unnest([0, 1]) as step
),

reaching as (
    select
        first_arrivals.*,
        first_arrivals.piece + steps.step as reached_piece
    from first_arrivals
    cross join steps
),

met_first as (
    select
        least(earlier.customer_number, later.customer_number) as customer_number_1,
        greatest(earlier.customer_number, later.customer_number) as customer_number_2,
        later.place_number,
        later.arrived_date as met_date,
        cast(later.arrived_second - earlier.arrived_second as integer) as seconds_between
    from reaching as earlier
    inner join first_arrivals as later
        on
            earlier.place_number = later.place_number
            and earlier.reached_piece = later.piece
            and earlier.arrived_date = later.arrived_date
            and earlier.customer_number <> later.customer_number
    where
        later.arrived_second <= earlier.last_second
        and later.arrived_second >= earlier.arrived_second
        and (
            later.arrived_second > earlier.arrived_second
            or later.customer_number > earlier.customer_number
        )
),

return_steps as (
    select unnest([-1, 0, 1]) as step
),

returns as (
    select
        placed.*,
        placed.piece + return_steps.step as reached_piece
    from placed
    cross join return_steps
    where placed.arrived_second > placed.first_second
),

-- Pairs whose first arrivals did not meet, and a later one did.
met_again as (
    select
        least(returns.customer_number, others.customer_number) as customer_number_1,
        greatest(returns.customer_number, others.customer_number) as customer_number_2,
        returns.place_number,
        returns.arrived_date as met_date,
        cast(min(abs(returns.arrived_second - others.arrived_second)) as integer)
            as seconds_between
    from returns
    inner join placed as others
        on
            returns.place_number = others.place_number
            and returns.reached_piece = others.piece
            and returns.arrived_date = others.arrived_date
            and returns.customer_number <> others.customer_number
    where
        others.arrived_second between returns.arrived_second - returns.seconds_apart
        and returns.last_second
        and abs(returns.first_second - others.first_second) > returns.seconds_apart
    group by
        least(returns.customer_number, others.customer_number),
        greatest(returns.customer_number, others.customer_number),
        returns.place_number,
        returns.arrived_date
)

select *
from met_first
union all by name
select *
from met_again
