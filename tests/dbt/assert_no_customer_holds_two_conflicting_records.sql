-- No two records of one customer are incompatible, unless somebody decided so.
with

members as (
    select * from {{ ref('int_identity__members') }}
),

conflicts as (
    select * from {{ ref('int_identity__conflicts') }}
),

-- A decision makes its whole customer a decided one.
decided_customers as (
    select members.customer_id
    from {{ ref('int_edge__duplicates') }} as duplicates
    inner join members
        on duplicates.record_key_a = members.record_key
    group by members.customer_id
)

select
    conflicts.record_key_a,
    conflicts.record_key_b,
    conflicts.reason
from conflicts
inner join members as member_a
    on conflicts.record_key_a = member_a.record_key
inner join members as member_b
    on
        conflicts.record_key_b = member_b.record_key
        and member_a.customer_id = member_b.customer_id
left join decided_customers
    on member_a.customer_id = decided_customers.customer_id
where decided_customers.customer_id is null or conflicts.is_decided_by_hand
