-- Grain: one row per pair of records, place and day on which both arrived within half an hour.
{{ config(materialized='view') }}

with

settings as (
    select
        30 * 60 as seconds_apart,
        2 * 60 as seconds_side_by_side
),

presences as (
    select * from {{ ref('int_presence__unioned') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- Time is cut into pieces as long as the window: partners lie in the same piece or the next.
placed as (
    select
        presences.presence_key,
        presences.record_key,
        presences.place_key,
        presences.present_at,
        cast(presences.present_local_at as date) as present_date,
        cast(epoch(presences.present_at) as bigint) as present_second,
        cast(epoch(presences.present_at) as bigint) // settings.seconds_apart as piece
    from presences
    cross join settings
    cross join run
    where
        cast(presences.present_local_at as date)
        between cast('{{ var("earliest_event_date") }}' as date) and run.as_of_date
),

-- Most come once a day. Whoever comes again may meet somebody again, which counts once.
repeated as (
    select
        placed.record_key,
        placed.place_key,
        placed.present_date,
        min_by(placed.presence_key, (placed.present_second, placed.presence_key)) as first_key
    from placed
    group by placed.record_key, placed.place_key, placed.present_date
    having count(*) > 1
),

arrivals as (
    select
        placed.*,
        coalesce(placed.presence_key = repeated.first_key, true) as is_first
    from placed
    left join repeated
        on
            placed.record_key = repeated.record_key
            and placed.place_key = repeated.place_key
            and placed.present_date = repeated.present_date
),

first_arrivals as (
    select * from arrivals where arrivals.is_first
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
        least(earlier.record_key, later.record_key) as record_key_a,
        greatest(earlier.record_key, later.record_key) as record_key_b,
        later.present_at as happened_at,
        later.present_second - earlier.present_second as seconds_between
    from reaching as earlier
    inner join first_arrivals as later
        on
            earlier.place_key = later.place_key
            and earlier.reached_piece = later.piece
    cross join settings
    where
        earlier.present_date = later.present_date
        and earlier.record_key <> later.record_key
        and later.present_second - earlier.present_second between 0 and settings.seconds_apart
        and (
            later.present_second > earlier.present_second
            or later.presence_key > earlier.presence_key
        )
),

-- The few who came again are compared with everybody, apart from pairs whose first arrivals met.
first_seconds as (
    select
        repeated.record_key,
        repeated.place_key,
        repeated.present_date,
        placed.present_second
    from repeated
    inner join placed
        on repeated.first_key = placed.presence_key
),

returns as (
    select
        arrivals.*,
        first_seconds.present_second as first_second
    from arrivals
    inner join first_seconds
        on
            arrivals.record_key = first_seconds.record_key
            and arrivals.place_key = first_seconds.place_key
            and arrivals.present_date = first_seconds.present_date
    where not arrivals.is_first
),

met_again as (
    select
        least(returns.record_key, others.record_key) as record_key_a,
        greatest(returns.record_key, others.record_key) as record_key_b,
        min(greatest(returns.present_at, others.present_at)) as happened_at,
        min(abs(returns.present_second - others.present_second)) as seconds_between
    from returns
    inner join arrivals as others
        on
            returns.place_key = others.place_key
            and returns.present_date = others.present_date
            and others.piece between returns.piece - 1 and returns.piece + 1
    left join first_seconds
        on
            others.record_key = first_seconds.record_key
            and others.place_key = first_seconds.place_key
            and others.present_date = first_seconds.present_date
    cross join settings
    where
        returns.record_key <> others.record_key
        and abs(returns.present_second - others.present_second) <= settings.seconds_apart
        and abs(returns.first_second - coalesce(first_seconds.present_second, others.present_second))
        > settings.seconds_apart
    group by
        least(returns.record_key, others.record_key),
        greatest(returns.record_key, others.record_key),
        returns.place_key,
        returns.present_date
),

met as (
    select *
    from met_first
    union all by name
    select *
    from met_again
)

select
    met.record_key_a,
    met.record_key_b,
    'same_day_group' as kind,
    met.happened_at,
    case
        when met.seconds_between <= settings.seconds_side_by_side
            then '{"is_side_by_side":true}'
        else '{"is_side_by_side":false}'
    end as evidence
from met
cross join settings
