-- Grain: one row per Capitan customer, deleted ones included.
with

customers as (
    select * from {{ source('capitan', 'customers') }}
),

renamed as (
    select
        -- ids
        cast(customers.id as varchar) as capitan_customer_id,
        'capitan:customer:' || customers.id as record_key,

        -- strings
        nullif(trim(customers.first_name), '') as given_name,
        nullif(trim(customers.last_name), '') as family_name,
        nullif(trim(customers.preferred_name), '') as preferred_name,
        nullif(customers.email, '') as email,
        nullif(customers.telephone, '') as phone,
        nullif(customers.barcode, '') as barcode,
        nullif(customers.relations_url, '') as relations_url,
        nullif(customers.emergency_contacts_url, '') as emergency_contacts_url,

        -- booleans
        customers.has_opted_in_to_marketing,
        customers.has_active_membership,
        customers.active_waiver_exists,
        {{ is_deleted('capitan', 'customers', 'customers') }} as is_deleted,

        -- dates and times
        nullif(customers.birthday, '') as birth_date_raw,
        {{ iso_date("customers.birthday") }} as birth_date,
        {{ iso_date("customers.latest_waiver_expiration_date") }} as latest_waiver_expiration_date,
        {{ iso_to_utc("customers.created_at") }} as created_at
    from customers
)

select * from renamed
