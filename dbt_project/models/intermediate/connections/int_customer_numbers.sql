-- Grain: one row per customer, with a number in the order of the ids.
with

members as (
    select * from {{ ref('int_identity__members') }}
)

select
    members.customer_id,
    cast(row_number() over (order by members.customer_id) as integer) as customer_number
from members
group by members.customer_id
