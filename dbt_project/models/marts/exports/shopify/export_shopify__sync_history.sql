-- Grain: one row per tag that a sync set or took away in the shop.
with

calls as (
    select * from {{ ref('stg_ops__sync_calls') }}
),

followed as (
    select * from {{ ref('int_identity__followed') }}
)

select
    calls.intended_at as "timestamp",
    followed.customer_id,
    calls.account_id as shopify_customer_id,
    calls.mark as tag_name,
    case calls.action when 'tag' then 'added' else 'removed' end as action
from calls
left join followed
    on calls.customer_id = followed.former_customer_id
where
    calls.destination = 'shopify'
    and calls.action in ('tag', 'untag')
    and calls.outcome = 'done'
-- A call that a crash cut off and that was made again is one.
group by all
