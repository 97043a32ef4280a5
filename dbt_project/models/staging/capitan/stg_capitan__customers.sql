-- Grain: one row per Capitan customer, deleted ones included.
with

customers as (
    select * from {{ source('capitan', 'customers') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_capitan__loads') }} as loads
    where loads.table_name = 'customers'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_capitan__rejected') }} as rejected
    where rejected.table_name = 'customers'
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
        coalesce(
            greatest(cast(customers._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        nullif(customers.birthday, '') as birth_date_raw,
        {{ iso_date("customers.birthday") }} as birth_date,
        {{ iso_date("customers.latest_waiver_expiration_date") }} as latest_waiver_expiration_date,
        {{ iso_to_utc("customers.created_at") }} as created_at
    from customers
    left join refused
        on cast(customers.id as varchar) = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
