-- Grain: one row per association, deleted ones included.
with

associations as (
    select * from {{ source('capitan', 'associations') }}
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
        {{ is_deleted('capitan', 'associations', 'associations') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("associations.created_at") }} as created_at,
        {{ iso_to_utc("associations.updated_at") }} as updated_at
    from associations
)

select * from renamed
