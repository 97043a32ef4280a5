-- Grain: one row per customer who brought somebody, with an e-mail or without.
with

referrals as (
    select * from {{ ref('export_capitan__referrals') }}
),

latest_spelling as (
    select
        referrals.referrer_customer_id,
        referrals.referrer_name,
        referrals.referrer_email
    from referrals
    qualify row_number() over (
        partition by referrals.referrer_customer_id
        order by referrals.created_at desc nulls last, referrals.referral_id
    ) = 1
),

counted as (
    select
        referrals.referrer_customer_id,
        count(*) as total_referrals,
        count(*) filter (where referrals.membership_status = 'ACT') as active_referrals,
        string_agg(
            referrals.referred_name, ', '
            order by referrals.purchase_date, referrals.referral_id
        ) as referred_names,
        min(referrals.purchase_date) as first_referral_date,
        max(referrals.purchase_date) as last_referral_date
    from referrals
    group by referrals.referrer_customer_id
)

select
    counted.referrer_customer_id,
    latest_spelling.referrer_name,
    latest_spelling.referrer_email,
    counted.total_referrals,
    counted.active_referrals,
    counted.referred_names,
    counted.first_referral_date,
    counted.last_referral_date
from counted
inner join latest_spelling
    on counted.referrer_customer_id = latest_spelling.referrer_customer_id
