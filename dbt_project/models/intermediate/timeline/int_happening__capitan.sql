-- Grain: one row per table of Capitan's, kind of event and reason for making none.
{{ config(materialized='view') }}

with

check_ins as (
    select * from {{ ref('stg_capitan__check_ins') }}
),

customers as (
    select * from {{ ref('stg_capitan__customers') }}
),

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

membership_members as (
    select * from {{ ref('stg_capitan__membership_members') }}
),

reservations as (
    select * from {{ ref('int_gym__reservations') }}
),

referrals as (
    select * from {{ ref('stg_capitan__referrals') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

source_rows as (
    select
        'check_ins' as table_name,
        'checkin' as event_type,
        cast(null as varchar) as reason
    from check_ins
    union all by name
    select
        'customers' as table_name,
        'account_created' as event_type,
        cast(null as varchar) as reason
    from customers
    union all by name
    select
        'membership_members' as table_name,
        'membership_started' as event_type,
        case when memberships.start_date > run.as_of_date then 'it has not begun yet' end as reason
    from membership_members
    inner join memberships
        on membership_members.membership_instance_id = memberships.membership_instance_id
    cross join run
    union all by name
    select
        'reservations' as table_name,
        reservations.signup_event_type as event_type,
        cast(null as varchar) as reason
    from reservations
    union all by name
    select
        'membership_referrals' as table_name,
        'referral' as event_type,
        cast(null as varchar) as reason
    from referrals
)

select
    'capitan' as source,
    source_rows.table_name,
    coalesce(source_rows.event_type, 'none') as event_type,
    coalesce(source_rows.reason, 'made') as outcome,
    count(*) as row_count
from source_rows
group by
    source_rows.table_name,
    coalesce(source_rows.event_type, 'none'),
    coalesce(source_rows.reason, 'made')
