-- Grain: one row per membership whose buyer somebody brought, deleted ones included.
with

membership_referrals as (
    select * from {{ source('capitan', 'membership_referrals') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_capitan__loads') }} as loads
    where loads.table_name = 'membership_referrals'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_capitan__rejected') }} as rejected
    where rejected.table_name = 'membership_referrals'
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
        coalesce(
            greatest(cast(membership_referrals._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("membership_referrals.purchase_completed_at") }} as purchased_at,
        {{ iso_to_utc("membership_referrals.created_at") }} as created_at
    from membership_referrals
    left join refused
        on cast(membership_referrals.id as varchar) = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
