-- Grain: one row per customer's place in an association, left ones included.
with

association_members as (
    select * from {{ source('capitan', 'association_members') }}
),

renamed as (
    select
        -- ids
        cast(association_members.id as varchar) as association_member_id,
        cast(association_members.association_id as varchar) as association_id,
        cast(association_members.customer_id as varchar) as capitan_customer_id,
        cast(association_members.approved_by_id as varchar) as approved_by_id,

        -- strings
        nullif(trim(association_members.association_name), '') as association_name,
        nullif(trim(association_members.customer_first_name), '') as given_name,
        nullif(trim(association_members.customer_last_name), '') as family_name,
        nullif(trim(association_members.approved_by_first_name), '') as approved_by_given_name,
        nullif(trim(association_members.approved_by_last_name), '') as approved_by_family_name,

        -- numbers
        association_members.association_reverification_period_days as reverification_period_days,

        -- booleans
        association_members.is_pending_reverification,
        association_members.has_pending_application,
        {{ is_deleted('capitan', 'association_members', 'association_members') }} as is_deleted,

        -- dates and times
        {{ iso_date("association_members.customer_birthday") }} as birth_date,
        {{ iso_to_utc("association_members.created_at") }} as created_at,
        {{ iso_to_utc("association_members.approved_at") }} as approved_at,
        {{ iso_to_utc("association_members.last_reverified_at") }} as last_reverified_at,
        {{ iso_to_utc("association_members.next_automatic_removal_datetime") }} as next_removal_at,
        {{ iso_to_utc("association_members.updated_at") }} as updated_at
    from association_members
)

select * from renamed
