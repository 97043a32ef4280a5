-- Grain: one row per customer id ever given out, as the registry must stand after this run.
with

customer_ids as (
    select * from {{ ref('int_identity__customer_ids') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

known_ids as (
    select * from {{ ref('stg_ops__customer_ids') }}
),

known_records as (
    select * from {{ ref('stg_ops__customer_id_records') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- A retired id is followed to where most of its former records are today.
successors as (
    select
        known_records.customer_id,
        members.customer_id as successor_id
    from known_records
    inner join members
        on known_records.record_key = members.record_key
    group by known_records.customer_id, members.customer_id
    qualify row_number() over (
        partition by known_records.customer_id
        order by count(*) desc, members.customer_id
    ) = 1
),

retired_now as (
    select
        known_ids.customer_id,
        known_ids.founding_record_key,
        known_ids.first_seen_date,
        successors.successor_id as merged_into_customer_id,
        run.as_of_date as retired_date
    from known_ids
    left join customer_ids
        on known_ids.customer_id = customer_ids.customer_id
    left join successors
        on known_ids.customer_id = successors.customer_id
    cross join run
    where customer_ids.customer_id is null and known_ids.retired_date is null
),

-- An id retired into one that is retired now is followed on to the last.
retired_before as (
    select
        known_ids.customer_id,
        known_ids.founding_record_key,
        known_ids.first_seen_date,
        coalesce(
            retired_now.merged_into_customer_id, known_ids.merged_into_customer_id
        ) as merged_into_customer_id,
        known_ids.retired_date
    from known_ids
    left join retired_now
        on known_ids.merged_into_customer_id = retired_now.customer_id
    where known_ids.retired_date is not null
)

select
    customer_ids.customer_id,
    customer_ids.founding_record_key,
    customer_ids.first_seen_date,
    cast(null as varchar) as merged_into_customer_id,
    cast(null as date) as retired_date
from customer_ids
union all by name
select *
from retired_now
union all by name
select *
from retired_before
