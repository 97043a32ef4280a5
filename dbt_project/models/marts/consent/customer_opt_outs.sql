-- Grain: one row per customer, channel and address of theirs that has opted out and not come back.
with

stored as (
    select * from {{ ref('stg_ops__customer_opt_outs') }}
),

known_records as (
    select * from {{ ref('stg_ops__customer_id_records') }}
),

followed as (
    select * from {{ ref('int_identity__followed') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

contact_points as (
    select * from {{ ref('int_identity__contact_points') }}
),

permissions as (
    select * from {{ ref('contact_permissions') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- What a front desk's address says binds nobody else.
held as (
    select
        members.customer_id,
        {{ contact_key("identifiers.identifier_type", "identifiers.value") }} as contact_key
    from identifiers
    inner join members
        on identifiers.record_key = members.record_key
    inner join contact_points
        on
            identifiers.identifier_type = contact_points.identifier_type
            and identifiers.value = contact_points.value
    where identifiers.origin = 'own' and contact_points.unusable_because is null
),

-- Whoever takes over an id, and whoever takes a record of it away, takes its opt-outs along.
inherited as (
    select
        followed.customer_id,
        stored.channel,
        stored.contact_key
    from stored
    inner join followed
        on stored.customer_id = followed.former_customer_id
    union all by name
    select
        members.customer_id,
        stored.channel,
        stored.contact_key
    from stored
    inner join known_records
        on stored.customer_id = known_records.customer_id
    inner join members
        on known_records.record_key = members.record_key
),

bound as (
    select
        held.customer_id,
        permissions.channel,
        held.contact_key,
        true as is_held
    from held
    inner join permissions
        on held.contact_key = permissions.contact_key
    where permissions.reason = 'opted out'
    union all by name
    select
        inherited.customer_id,
        inherited.channel,
        inherited.contact_key,
        false as is_held
    from inherited
    inner join permissions
        on
            inherited.contact_key = permissions.contact_key
            and inherited.channel = permissions.channel
    where permissions.reason = 'opted out'
)

select
    bound.customer_id,
    bound.channel,
    bound.contact_key,
    bool_or(bound.is_held) as is_held,
    coalesce(min(stored.noted_date), min(run.as_of_date)) as noted_on
from bound
cross join run
left join stored
    on
        bound.customer_id = stored.customer_id
        and bound.channel = stored.channel
        and bound.contact_key = stored.contact_key
group by bound.customer_id, bound.channel, bound.contact_key
