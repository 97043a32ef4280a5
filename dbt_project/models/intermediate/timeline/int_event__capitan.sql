-- Grain: one row per check-in, use of a day pass, party entry, new account and referral.
{{ config(materialized='view') }}

with

-- Each kind of entry reads the check-ins by itself: what several read, DuckDB keeps in memory.
check_ins as (
    select * from {{ ref('stg_capitan__check_ins') }}
),

uses as (
    select * from {{ ref('stg_capitan__check_ins') }}
),

parties as (
    select * from {{ ref('stg_capitan__check_ins') }}
),

customers as (
    select * from {{ ref('stg_capitan__customers') }}
),

referrals as (
    select * from {{ ref('stg_capitan__referrals') }}
),

member_periods as (
    select * from {{ ref('int_gym__member_periods') }}
),

-- A day pass that somebody uses, whoever bought it: entry passes, guests, free entries, birthdays.
day_pass_entries as (
    select uses.*
    from uses
    left join member_periods
        on
            uses.capitan_customer_id = member_periods.capitan_customer_id
            and cast(uses.checked_in_local_at as date) >= member_periods.start_date
            and cast(uses.checked_in_local_at as date) <= member_periods.last_date
    where
        member_periods.capitan_customer_id is null
        and (
            uses.entry_method in ('ENT', 'GUE', 'FRE')
            or {{ is_birthday_entry("uses") }}
        )
),

party_entries as (
    select *
    from parties
    where {{ is_birthday_entry("parties") }}
),

entries as (
    select
        'checkin' as event_type,
        check_ins.*
    from check_ins
    union all by name
    select
        'day_pass_checkin' as event_type,
        day_pass_entries.*
    from day_pass_entries
    union all by name
    select
        'birthday_party_attendee_checkin' as event_type,
        party_entries.*
    from party_entries
),

visits as (
    select
        entries.event_type,
        'capitan:checkin:' || entries.check_in_id as subject,
        'attendee' as role,
        entries.checked_in_at as occurred_at,
        'capitan:customer:' || entries.capitan_customer_id as record_key,
        json_object(
            'checkin_id', entries.check_in_id,
            'entry_method', entries.entry_method,
            'is_free_entry', entries.is_free_entry,
            'location_id', entries.location_id
        ) as details,
        entries.check_in_number as place,
        entries.content_hash
    from entries
),

accounts as (
    select
        'account_created' as event_type,
        customers.record_key as subject,
        'holder' as role,
        customers.created_at as occurred_at,
        customers.record_key,
        json_object('capitan_customer_id', customers.capitan_customer_id) as details
    from customers
),

recommended as (
    select
        'referral' as event_type,
        'capitan:referral:' || referrals.referral_id as subject,
        'referrer' as role,
        coalesce(referrals.purchased_at, referrals.created_at) as occurred_at,
        'capitan:customer:' || referrals.referrer_capitan_customer_id as record_key,
        json_object(
            'referral_id', referrals.referral_id,
            'membership_name', referrals.membership_name,
            'referred_record_key', 'capitan:customer:' || referrals.owner_capitan_customer_id
        ) as details
    from referrals
),

conformed as (
    select *
    from visits
    union all by name
    select *
    from accounts
    union all by name
    select *
    from recommended
)

select
    {{ event_id("conformed.event_type", "'capitan'", "conformed.subject", "conformed.role") }}
        as event_id,
    conformed.event_type,
    conformed.occurred_at,
    conformed.record_key,
    'capitan' as source,
    case when conformed.record_key is null then 'unmatched' else 'exact' end as attribution,
    conformed.subject,
    cast(null as decimal(18, 2)) as amount,
    cast(null as varchar) as currency,
    conformed.details,
    conformed.place,
    conformed.content_hash
from conformed
