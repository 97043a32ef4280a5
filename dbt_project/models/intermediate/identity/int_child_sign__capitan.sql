-- Grain: one row per Capitan record with at least one sign of a child.
with

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

membership_members as (
    select * from {{ ref('stg_capitan__membership_members') }}
),

check_ins as (
    select * from {{ ref('stg_capitan__check_ins') }}
),

relations as (
    select * from {{ ref('stg_capitan__relations') }}
),

reservations as (
    select * from {{ ref('stg_capitan__reservations') }}
),

signs as (
    select
        'capitan:customer:' || membership_members.capitan_customer_id as record_key,
        'on a youth membership' as sign
    from membership_members
    inner join memberships
        on membership_members.membership_instance_id = memberships.membership_instance_id
    where {{ is_youth_product("memberships.membership_name") }}
    union all by name
    select
        'capitan:customer:' || check_ins.capitan_customer_id as record_key,
        'entered on a youth pass' as sign
    from check_ins
    where {{ is_youth_product("check_ins.entry_method_description") }}
    union all by name
    select
        'capitan:customer:' || case relations.relation
            when 'CHI' then relations.related_capitan_customer_id
            when 'PRE' then relations.capitan_customer_id
        end as record_key,
        'somebody''s child by a family link' as sign
    from relations
    where not relations.is_deleted
    union all by name
    select
        'capitan:customer:' || reservations.capitan_customer_id as record_key,
        'booked into a youth class by somebody else' as sign
    from reservations
    where
        {{ is_youth_event("reservations.event_type_name") }}
        and reservations.booker_capitan_customer_id <> reservations.capitan_customer_id
),

first_sign as (
    select
        signs.record_key,
        min(signs.sign) as sign
    from signs
    where signs.record_key is not null
    group by signs.record_key
)

select * from first_sign
