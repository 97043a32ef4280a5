-- Grain: one row per shop account and tag of ours that it has by our last word to the shop.
with

calls as (
    select * from {{ ref('stg_ops__sync_calls') }}
),

followed as (
    select * from {{ ref('int_identity__followed') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

-- Of several accounts of one person in Capitan the first.
registered as (
    select
        members.customer_id,
        min(split_part(members.record_key, ':', 3)) as capitan_customer_id
    from members
    where starts_with(members.record_key, 'capitan:customer:')
    group by members.customer_id
),

latest as (
    select *
    from calls
    where
        calls.destination = 'shopify'
        and calls.action in ('tag', 'untag')
        and calls.outcome = 'done'
    qualify row_number() over (
        partition by calls.account_id, calls.mark
        order by calls.call_number desc
    ) = 1
)

select
    followed.customer_id,
    registered.capitan_customer_id,
    latest.account_id as shopify_customer_id,
    latest.mark as tag_name,
    {{ json_text("latest.flags", "$[0].flag_date") }} as flagged_at,
    latest.intended_at as synced_at
from latest
left join followed
    on latest.customer_id = followed.former_customer_id
left join registered
    on followed.customer_id = registered.customer_id
where latest.action = 'tag'
