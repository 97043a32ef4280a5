-- Grain: one row per sold membership (instance), deleted ones included.
with

customer_memberships as (
    select * from {{ source('capitan', 'customer_memberships') }}
),

renamed as (
    select
        -- ids
        cast(customer_memberships.id as varchar) as membership_instance_id,
        cast(customer_memberships.membership_id as varchar) as membership_type_id,
        cast(customer_memberships.owner_id as varchar) as owner_capitan_customer_id,

        -- strings
        customer_memberships.name as membership_name,
        coalesce(lower(customer_memberships.name), '') as membership_name_lower,
        nullif(customer_memberships.interval, '') as billing_interval,
        customer_memberships.status as membership_status,
        nullif(customer_memberships.owner_email, '') as owner_email,
        nullif(trim(customer_memberships.owner_first_name), '') as owner_given_name,
        nullif(trim(customer_memberships.owner_last_name), '') as owner_family_name,
        customer_memberships.all_customers as roster,
        customer_memberships.upcoming_bill_dates,

        -- numbers
        try_cast(customer_memberships.billing_amount as decimal(18, 2)) as billing_amount,

        -- booleans
        {{ is_deleted('capitan', 'customer_memberships', 'customer_memberships') }} as is_deleted,

        -- dates and times
        {{ iso_date("customer_memberships.start_date") }} as start_date,
        {{ iso_date("customer_memberships.end_date") }} as end_date,
        {{ iso_date("customer_memberships.membership_unfreeze_date") }} as unfreeze_date,
        {{ iso_date("customer_memberships.owner_birthday") }} as owner_birth_date
    from customer_memberships
)

select * from renamed
