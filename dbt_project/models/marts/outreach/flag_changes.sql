-- Grain: one row per begin or end of a flag, and day: the published ones and this run's.
with

customer_flags as (
    select * from {{ ref('customer_flags') }}
),

stored_changes as (
    select * from {{ ref('stg_ops__flag_history') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

open_spells as (
    select *
    from stored_changes
    qualify row_number() over (
        partition by stored_changes.customer_id, stored_changes.flag_type
        order by stored_changes.change_number desc
    ) = 1 and stored_changes.change = 'begins'
),

found as (
    select
        customer_flags.customer_id,
        customer_flags.flag_type,
        'begins' as change,
        customer_flags.flag_date as first_date
    from customer_flags
    left join open_spells
        on
            customer_flags.customer_id = open_spells.customer_id
            and customer_flags.flag_type = open_spells.flag_type
    where open_spells.customer_id is null
    union all by name
    select
        open_spells.customer_id,
        open_spells.flag_type,
        'ends' as change,
        open_spells.first_date
    from open_spells
    left join customer_flags
        on
            open_spells.customer_id = customer_flags.customer_id
            and open_spells.flag_type = customer_flags.flag_type
    where customer_flags.customer_id is null
),

-- What an earlier run of the same day has published stands there already.
together as (
    select
        stored_changes.customer_id,
        stored_changes.flag_type,
        stored_changes.change,
        stored_changes.changed_date,
        stored_changes.first_date,
        stored_changes.change_number
    from stored_changes
    union all by name
    select
        found.*,
        run.as_of_date as changed_date,
        cast(null as bigint) as change_number
    from found
    cross join run
    where not exists (
        select 1
        from stored_changes
        where
            stored_changes.customer_id = found.customer_id
            and stored_changes.flag_type = found.flag_type
            and stored_changes.change = found.change
            and stored_changes.changed_date = run.as_of_date
    )
)

select
    together.customer_id,
    together.flag_type,
    together.change,
    together.changed_date as changed_on,
    together.first_date,
    row_number() over (
        partition by together.customer_id, together.flag_type
        order by together.change_number nulls last
    ) as change_order
from together
