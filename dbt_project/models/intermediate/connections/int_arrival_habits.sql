-- Grain: one row per customer who was ever at a place, with when in the week they come.
with

settings as (
    select
        2 as hours_a_part,
        12 as parts_a_day,
        -- Somebody who came twice in a week has no habit yet.
        8 as least_weeks
),

presences as (
    select * from {{ ref('int_presence__unioned') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

placed as (
    select
        members.customer_id,
        cast(presences.present_local_at as date) as present_date,
        (isodow(presences.present_local_at) - 1) * settings.parts_a_day
        + hour(presences.present_local_at) // settings.hours_a_part as part_of_week
    from presences
    inner join members
        on presences.record_key = members.record_key
    cross join settings
    cross join run
    where
        cast(presences.present_local_at as date)
        between cast('{{ var("earliest_event_date") }}' as date) and run.as_of_date
)

select
    placed.customer_id,
    count(*) as arrival_count,
    min(placed.present_date) as first_date,
    max(placed.present_date) as last_date,
    greatest(
        max(settings.least_weeks),
        ({{ days_between("min(placed.present_date)", "max(placed.present_date)") }} + 7) / 7.0
    ) as weeks,
    {{ counts_by_part("placed.part_of_week", 84) }} as arrivals_by_part_of_week
from placed
cross join settings
group by placed.customer_id
