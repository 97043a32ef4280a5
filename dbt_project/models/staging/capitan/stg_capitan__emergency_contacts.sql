-- Grain: one row per customer and emergency contact, deleted ones included.
with

emergency_contacts as (
    select * from {{ source('capitan', 'emergency_contacts') }}
),

asked as (
    select
        asked.capitan_customer_id,
        asked.last_asked_date
    from {{ ref('stg_capitan__asked') }} as asked
    where asked.table_name = 'emergency_contacts'
),

renamed as (
    select
        -- ids
        'capitan:emergency_contact:'
        || emergency_contacts.customer_id
        || '-'
        || emergency_contacts.contact_mark as record_key,
        cast(emergency_contacts.customer_id as varchar) as capitan_customer_id,

        -- strings
        nullif(trim(emergency_contacts.first_name), '') as given_name,
        nullif(trim(emergency_contacts.last_name), '') as family_name,
        nullif(trim(emergency_contacts.telephone), '') as phone,
        nullif(trim(emergency_contacts.email), '') as email,
        nullif(trim(emergency_contacts.relation), '') as relation_to_customer,

        -- booleans
        coalesce(cast(emergency_contacts._seen_on as date) < asked.last_asked_date, false)
            as is_deleted
    from emergency_contacts
    left join asked
        on cast(emergency_contacts.customer_id as varchar) = asked.capitan_customer_id
)

select * from renamed
