-- Grain: one row per check-in, use of a day pass, party entry, new account and referral.
with

check_ins as (
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

visits as (
    select
        'checkin' as event_type,
        'capitan:checkin:' || check_ins.check_in_id as subject,
        'attendee' as role,
        check_ins.checked_in_at as occurred_at,
        'capitan:customer:' || check_ins.capitan_customer_id as record_key,
        json_object(
            'checkin_id', check_ins.check_in_id,
            'entry_method', check_ins.entry_method,
            'is_free_entry', check_ins.is_free_entry,
            'location_id', check_ins.location_id
        ) as details,
        check_ins.capitan_customer_id,
        check_ins.entry_method,
        cast(check_ins.checked_in_local_at as date) as local_date,
        coalesce(
            check_ins.entry_method = 'EVE'
            and regexp_matches(lower(check_ins.entry_method_description), 'birthday|bday'),
            false
        ) as is_birthday
    from check_ins
),

-- A day pass that somebody uses, whoever bought it: entry passes, guests, free entries, birthdays.
day_pass_entries as (
    select
        'day_pass_checkin' as event_type,
        visits.subject,
        visits.role,
        visits.occurred_at,
        visits.record_key,
        visits.details
    from visits
    where
        (visits.entry_method in ('ENT', 'GUE', 'FRE') or visits.is_birthday)
        and not exists (
            select 1
            from member_periods
            where
                member_periods.capitan_customer_id = visits.capitan_customer_id
                and visits.local_date between member_periods.start_date and member_periods.last_date
        )
),

party_entries as (
    select
        'birthday_party_attendee_checkin' as event_type,
        visits.subject,
        visits.role,
        visits.occurred_at,
        visits.record_key,
        visits.details
    from visits
    where visits.is_birthday
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
    select visits.* exclude (capitan_customer_id, entry_method, local_date, is_birthday)
    from visits
    union all by name
    select *
    from day_pass_entries
    union all by name
    select *
    from party_entries
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
    conformed.details
from conformed
