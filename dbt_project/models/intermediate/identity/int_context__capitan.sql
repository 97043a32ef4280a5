-- Grain: one row per Capitan record and thing that it owns, or on whose roster it stands.
with

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

membership_members as (
    select * from {{ ref('stg_capitan__membership_members') }}
),

entry_passes as (
    select * from {{ ref('stg_capitan__entry_passes') }}
)

select
    'capitan:customer:' || memberships.owner_capitan_customer_id as record_key,
    'capitan:membership:' || memberships.membership_instance_id as context_key
from memberships
where memberships.owner_capitan_customer_id is not null
-- union: an owner may stand on the roster, too.
union
select
    'capitan:customer:' || membership_members.capitan_customer_id as record_key,
    'capitan:membership:' || membership_members.membership_instance_id as context_key
from membership_members
where membership_members.capitan_customer_id is not null
union
select
    'capitan:customer:' || entry_passes.owner_capitan_customer_id as record_key,
    'capitan:entry_pass:' || entry_passes.entry_pass_id as context_key
from entry_passes
where entry_passes.owner_capitan_customer_id is not null
