-- Grain: one row per offer, customer and day on which it was awarded.
with

stored as (
    select * from {{ ref('stg_ops__offer_awards') }}
),

offers as (
    select * from {{ ref('offers') }}
),

visit_days as (
    select * from {{ ref('visit_days') }}
),

member_standing as (
    select * from {{ ref('member_standing') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

followed as (
    select * from {{ ref('int_identity__followed') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

windows as (
    select
        offers.*,
        case
            when offers.trigger_type = 'visit_milestone' then cast(offers.trigger_window as date)
            when offers.trigger_window = 'calendar_month' then date_trunc('month', run.as_of_date)
            when offers.trigger_window = 'rolling_30d' then run.as_of_date - 29
            when offers.trigger_window = 'rolling_7d' then run.as_of_date - 6
            when offers.trigger_window = 'lifetime' then date '0001-01-01'
        end as counted_from
    from offers
    cross join run
    where offers.is_active
),

-- A visit is a day: who enters twice on one day has come once.
reached as (
    select
        windows.offer_id,
        visit_days.customer_id,
        windows.trigger_type,
        windows.cooldown_days,
        windows.max_per_person,
        windows.reward_expiration_days
    from windows
    inner join visit_days
        on windows.counted_from <= visit_days.visit_date
    inner join customers
        on visit_days.customer_id = customers.customer_id
    left join member_standing
        on visit_days.customer_id = member_standing.customer_id
    where
        not customers.is_deleted
        and case windows.trigger_audience
            when 'members_only' then coalesce(member_standing.is_active_member, false)
            when 'non_members_only' then not coalesce(member_standing.is_active_member, false)
            else true
        end
    group by
        windows.offer_id,
        visit_days.customer_id,
        windows.trigger_type,
        windows.trigger_threshold,
        windows.cooldown_days,
        windows.max_per_person,
        windows.reward_expiration_days
    having count(*) >= windows.trigger_threshold
),

had_before as (
    select
        stored.offer_id,
        followed.customer_id,
        count(*) as award_count,
        max(stored.awarded_date) as latest_date
    from stored
    inner join followed
        on stored.customer_id = followed.former_customer_id
    group by stored.offer_id, followed.customer_id
),

awarded_now as (
    select
        reached.offer_id,
        reached.customer_id,
        run.as_of_date as awarded_date,
        run.as_of_date + reached.reward_expiration_days as expires_date
    from reached
    left join had_before
        on
            reached.offer_id = had_before.offer_id
            and reached.customer_id = had_before.customer_id
    cross join run
    where
        had_before.award_count is null
        or (
            reached.trigger_type = 'visit_count'
            and had_before.award_count < reached.max_per_person
            and {{ days_between("had_before.latest_date", "run.as_of_date") }}
            >= reached.cooldown_days
        )
),

together as (
    select *
    from stored
    union all by name
    select *
    from awarded_now
)

select
    together.offer_id,
    together.customer_id,
    together.awarded_date as awarded_on,
    together.expires_date as expires_on,
    case when together.expires_date < run.as_of_date then 'expired' else 'active' end as status,
    'pending' as delivery_status
from together
cross join run
