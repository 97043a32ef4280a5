-- Grain: one row per membership whose buyer somebody brought, deleted ones included.
with

membership_referrals as (
    select * from {{ source('capitan', 'membership_referrals') }}
),

renamed as (
    select
        -- ids
        cast(membership_referrals.id as varchar) as referral_id,
        cast(membership_referrals.referring_customer_id as varchar) as referrer_capitan_customer_id,
        cast(membership_referrals.owner_id as varchar) as owner_capitan_customer_id,
        cast(membership_referrals.membership_id as varchar) as membership_type_id,

        -- strings
        nullif(trim(membership_referrals.referring_customer_first_name), '') as referrer_given_name,
        nullif(trim(membership_referrals.referring_customer_last_name), '') as referrer_family_name,
        nullif(membership_referrals.referring_customer_email, '') as referrer_email,
        nullif(trim(membership_referrals.owner_first_name), '') as owner_given_name,
        nullif(trim(membership_referrals.owner_last_name), '') as owner_family_name,
        nullif(membership_referrals.owner_email, '') as owner_email,
        membership_referrals.name as membership_name,
        membership_referrals.membership_status,

        -- booleans
        {{ is_deleted('capitan', 'membership_referrals', 'membership_referrals') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("membership_referrals.purchase_completed_at") }} as purchased_at,
        {{ iso_to_utc("membership_referrals.created_at") }} as created_at
    from membership_referrals
)

select * from renamed
