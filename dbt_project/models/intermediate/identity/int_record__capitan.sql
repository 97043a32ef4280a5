-- Grain: one row per person whom Capitan names, listed among its customers or not.
with

customers as (
    select * from {{ ref('stg_capitan__customers') }}
),

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

membership_members as (
    select * from {{ ref('stg_capitan__membership_members') }}
),

check_ins as (
    select * from {{ ref('stg_capitan__check_ins') }}
),

entry_passes as (
    select * from {{ ref('stg_capitan__entry_passes') }}
),

reservations as (
    select * from {{ ref('stg_capitan__reservations') }}
),

association_members as (
    select * from {{ ref('stg_capitan__association_members') }}
),

referrals as (
    select * from {{ ref('stg_capitan__referrals') }}
),

relations as (
    select * from {{ ref('stg_capitan__relations') }}
),

listed as (
    select
        customers.record_key,
        coalesce(customers.given_name, customers.preferred_name) as given_name,
        customers.family_name,
        customers.birth_date,
        customers.is_deleted,
        customers.created_at
    from customers
),

-- Somebody deleted before the first load is still named by rosters, visits, bookings and passes.
mentions as (
    select
        'capitan:customer:' || membership_members.capitan_customer_id as record_key,
        membership_members.given_name,
        membership_members.family_name,
        cast(null as date) as birth_date,
        {{ business_midnight("memberships.start_date") }} as mentioned_at,
        1 as trust
    from membership_members
    inner join memberships
        on membership_members.membership_instance_id = memberships.membership_instance_id
    union all by name
    select
        'capitan:customer:' || memberships.owner_capitan_customer_id as record_key,
        memberships.owner_given_name as given_name,
        memberships.owner_family_name as family_name,
        memberships.owner_birth_date as birth_date,
        {{ business_midnight("memberships.start_date") }} as mentioned_at,
        2 as trust
    from memberships
    where memberships.owner_capitan_customer_id is not null
    union all by name
    select
        'capitan:customer:' || check_ins.capitan_customer_id as record_key,
        check_ins.given_name,
        check_ins.family_name,
        check_ins.birth_date,
        check_ins.checked_in_at as mentioned_at,
        3 as trust
    from check_ins
    where check_ins.capitan_customer_id is not null
    union all by name
    select
        'capitan:customer:' || reservations.capitan_customer_id as record_key,
        reservations.given_name,
        reservations.family_name,
        reservations.birth_date,
        reservations.created_at as mentioned_at,
        4 as trust
    from reservations
    where reservations.capitan_customer_id is not null
    union all by name
    select
        'capitan:customer:' || reservations.booker_capitan_customer_id as record_key,
        reservations.booker_given_name as given_name,
        reservations.booker_family_name as family_name,
        cast(null as date) as birth_date,
        reservations.created_at as mentioned_at,
        5 as trust
    from reservations
    where reservations.booker_capitan_customer_id is not null
    union all by name
    select
        'capitan:customer:' || association_members.capitan_customer_id as record_key,
        association_members.given_name,
        association_members.family_name,
        association_members.birth_date,
        association_members.created_at as mentioned_at,
        6 as trust
    from association_members
    where association_members.capitan_customer_id is not null
    union all by name
    select
        'capitan:customer:' || referrals.referrer_capitan_customer_id as record_key,
        referrals.referrer_given_name as given_name,
        referrals.referrer_family_name as family_name,
        cast(null as date) as birth_date,
        referrals.created_at as mentioned_at,
        7 as trust
    from referrals
    where referrals.referrer_capitan_customer_id is not null
    union all by name
    select
        'capitan:customer:' || relations.related_capitan_customer_id as record_key,
        relations.related_given_name as given_name,
        relations.related_family_name as family_name,
        cast(null as date) as birth_date,
        relations.created_at as mentioned_at,
        8 as trust
    from relations
    union all by name
    select
        'capitan:customer:' || entry_passes.owner_capitan_customer_id as record_key,
        cast(null as varchar) as given_name,
        cast(null as varchar) as family_name,
        cast(null as date) as birth_date,
        cast(null as timestamp) as mentioned_at,
        9 as trust
    from entry_passes
    where entry_passes.owner_capitan_customer_id is not null
),

mentioned_only as (
    select
        mentions.record_key,
        mentions.given_name,
        mentions.family_name,
        mentions.birth_date,
        true as is_deleted,
        min(mentions.mentioned_at) over (partition by mentions.record_key) as created_at
    from mentions
    left join listed
        on mentions.record_key = listed.record_key
    where listed.record_key is null
    qualify row_number() over (
        partition by mentions.record_key
        order by
            mentions.trust,
            mentions.mentioned_at desc nulls last,
            mentions.given_name,
            mentions.family_name,
            mentions.birth_date
    ) = 1
),

conformed as (
    select *
    from listed
    union all by name
    select *
    from mentioned_only
)

select
    conformed.record_key,
    'capitan' as source,
    conformed.given_name,
    conformed.family_name,
    conformed.birth_date,
    cast(null as varchar) as postal_address,
    conformed.is_deleted,
    conformed.created_at
from conformed
