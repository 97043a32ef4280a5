-- Grain: one row per Square customer, deleted ones included.
with

customers as (
    select * from {{ source('square', 'customers') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_square__loads') }} as loads
    where loads.table_name = 'customers'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_square__rejected') }} as rejected
    where rejected.table_name = 'customers'
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
        coalesce(
            greatest(cast(customers._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_date("left(customers.birthday, 10)") }} as birth_date,
        {{ iso_to_utc("customers.created_at") }} as created_at,
        {{ iso_to_utc("customers.updated_at") }} as updated_at
    from customers
    left join refused
        on customers.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
