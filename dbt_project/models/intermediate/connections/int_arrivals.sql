-- Grain: one row per customer, place and second of an arrival, with numbers in place of keys.
with

presences as (
    select * from {{ ref('int_presence__unioned') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

customer_numbers as (
    select * from {{ ref('int_customer_numbers') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

places as (
    select
        presences.place_key,
        cast(row_number() over (order by presences.place_key) as integer) as place_number
    from presences
    group by presences.place_key
)

-- Twice in one second is one arrival, sent twice.
select
    customer_numbers.customer_number,
    places.place_number,
    {{ utc_to_unix("presences.present_at") }} as arrived_second,
    min(presences.present_at) as arrived_at,
    min(presences.present_local_at) as arrived_local_at,
    cast(min(presences.present_local_at) as date) as arrived_date
from presences
inner join members
    on presences.record_key = members.record_key
inner join customer_numbers
    on members.customer_id = customer_numbers.customer_id
inner join places
    on presences.place_key = places.place_key
cross join run
where
    cast(presences.present_local_at as date)
    between cast('{{ var("earliest_event_date") }}' as date) and run.as_of_date
group by
    customer_numbers.customer_number,
    places.place_number,
    {{ utc_to_unix("presences.present_at") }}
