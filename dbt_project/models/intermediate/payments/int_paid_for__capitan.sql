-- Grain: one row per membership and entry pass, with the record it was paid for.
with

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

entry_passes as (
    select * from {{ ref('stg_capitan__entry_passes') }}
)

select
    'capitan:membership:' || memberships.membership_instance_id as paid_for_key,
    'capitan:customer:' || memberships.owner_capitan_customer_id as record_key
from memberships
where memberships.owner_capitan_customer_id is not null
union all by name
select
    'capitan:entry_pass:' || entry_passes.entry_pass_id as paid_for_key,
    'capitan:customer:' || entry_passes.owner_capitan_customer_id as record_key
from entry_passes
where entry_passes.owner_capitan_customer_id is not null
