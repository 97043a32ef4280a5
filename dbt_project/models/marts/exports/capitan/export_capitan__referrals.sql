-- Grain: one row per membership whose buyer somebody brought.
with

referrals as (
    select * from {{ ref('int_gym__referrals') }}
)

select
    referrals.referral_id,
    referrals.referrer_capitan_customer_id as referrer_customer_id,
    nullif(concat_ws(' ', referrals.referrer_given_name, referrals.referrer_family_name), '')
        as referrer_name,
    referrals.referrer_email,
    referrals.owner_capitan_customer_id as referred_customer_id,
    nullif(concat_ws(' ', referrals.owner_given_name, referrals.owner_family_name), '')
        as referred_name,
    referrals.owner_email as referred_email,
    referrals.membership_type_id as membership_id,
    referrals.membership_name,
    referrals.membership_status,
    referrals.purchased_at as purchase_date,
    referrals.created_at
from referrals
where not referrals.is_deleted
