-- Every record of every source belongs to exactly one customer, and no customer is without records.
with

membership as (
    select
        records.record_key,
        count(members.customer_id) as customer_count
    from {{ ref('int_record__unioned') }} as records
    full outer join {{ ref('int_identity__members') }} as members
        on records.record_key = members.record_key
    group by records.record_key
)

select *
from membership
where membership.customer_count <> 1 or membership.record_key is null
