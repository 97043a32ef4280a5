-- Grain: one row per Square customer, deleted ones included.
with

customers as (
    select * from {{ source('square', 'customers') }}
),

renamed as (
    select
        -- ids
        customers.id as square_customer_id,
        'square:customer:' || customers.id as record_key,

        -- strings
        nullif(trim(customers.given_name), '') as given_name,
        nullif(trim(customers.family_name), '') as family_name,
        nullif(customers.email_address, '') as email,
        nullif(customers.phone_number, '') as phone,
        nullif(
            concat_ws(
                ', ',
                {{ json_text("customers.address", "$.address_line_1") }},
                {{ json_text("customers.address", "$.postal_code") }}
            ),
            ''
        ) as postal_address,
        customers.creation_source,
        customers.group_ids,

        -- booleans
        {{ is_deleted('square', 'customers', 'customers') }} as is_deleted,

        -- dates and times
        {{ iso_date("left(customers.birthday, 10)") }} as birth_date,
        {{ iso_to_utc("customers.created_at") }} as created_at,
        {{ iso_to_utc("customers.updated_at") }} as updated_at
    from customers
)

select * from renamed
