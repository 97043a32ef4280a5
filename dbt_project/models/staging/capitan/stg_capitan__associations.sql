-- Grain: one row per association, deleted ones included.
with

associations as (
    select * from {{ source('capitan', 'associations') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_capitan__loads') }} as loads
    where loads.table_name = 'associations'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_capitan__rejected') }} as rejected
    where rejected.table_name = 'associations'
),

renamed as (
    select
        -- ids
        cast(associations.id as varchar) as association_id,
        nullif(associations.member_square_customer_group_id, '') as square_group_id,

        -- strings
        nullif(trim(associations.name), '') as association_name,
        nullif(associations.verification_requirements, '') as verification_requirements,
        nullif(trim(associations.member_square_customer_group_name), '') as square_group_name,

        -- numbers
        associations.num_members as member_count,
        associations.automatic_removal_interval_months as removal_interval_months,
        associations.reverification_period_days,
        associations.membership_expiration_age as expiration_age_years,

        -- booleans
        associations.show_reverification_alert as has_reverification_alert,
        associations.allow_automatic_entry_pass_use as is_entry_pass_automatic,
        associations.allow_customer_applications as is_open_to_applications,
        coalesce(
            greatest(cast(associations._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("associations.created_at") }} as created_at,
        {{ iso_to_utc("associations.updated_at") }} as updated_at
    from associations
    left join refused
        on cast(associations.id as varchar) = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
