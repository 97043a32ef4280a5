-- Grain: one row per changing thing and day on which a published run first saw it as it is.
with

unioned as (
    select * from {{ ref('int_state__unioned') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

earlier as (
    select states.*
    from {{ ref('stg_ops__source_states') }} as states
    cross join run
    where states.seen_on < run.as_of_date
),

latest_earlier as (
    select *
    from earlier
    qualify row_number() over (partition by earlier.subject order by earlier.seen_on desc) = 1
),

-- What stands in the store of this very day is computed again, so that a day can be run twice.
changed_today as (
    select
        unioned.subject,
        run.as_of_date as seen_on,
        unioned.state
    from unioned
    cross join run
    left join latest_earlier
        on unioned.subject = latest_earlier.subject
    where cast(unioned.state as varchar) is distinct from latest_earlier.state
)

select
    earlier.subject,
    earlier.seen_on,
    earlier.state
from earlier
union all by name
select
    changed_today.subject,
    changed_today.seen_on,
    cast(changed_today.state as varchar) as state
from changed_today
