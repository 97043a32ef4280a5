-- Grain: one row per check-in.
with

check_ins as (
    select * from {{ source('capitan', 'check_ins') }}
),

parsed as (
    select
        check_ins.*,
        try_cast(check_ins.check_in_datetime as timestamp) as checked_in_local_at,
        {{ iso_to_utc("check_ins.created_at") }} as created_utc_at
    from check_ins
),

renamed as (
    select
        -- ids
        cast(parsed.id as varchar) as check_in_id,
        cast(parsed.customer_id as varchar) as capitan_customer_id,
        cast(parsed.location_id as varchar) as location_id,

        -- strings
        nullif(trim(parsed.customer_first_name), '') as given_name,
        nullif(trim(parsed.customer_last_name), '') as family_name,
        nullif(parsed.customer_email, '') as email,
        parsed.entry_method,
        parsed.entry_method_description,
        parsed.location_name,
        nullif(parsed.free_entry_reason, '') as free_entry_reason,

        -- numbers
        parsed.id as check_in_number,
        parsed.check_in_count as lifetime_check_in_count,
        -- Of what the timeline reads, as it was sent: parsed times would cost far more.
        {{ content_hash([
            "parsed.id",
            "parsed.customer_id",
            "parsed.location_id",
            "parsed.entry_method",
            "parsed.entry_method_description",
            "parsed.free_entry_reason",
            "parsed.check_in_datetime",
            "parsed.created_at",
        ]) }} as content_hash,

        -- booleans
        nullif(parsed.free_entry_reason, '') is not null as is_free_entry,

        -- dates and times
        {{ iso_date("parsed.customer_birthday") }} as birth_date,
        parsed.checked_in_local_at,
        {{ local_to_utc("parsed.checked_in_local_at", "parsed.created_utc_at") }} as checked_in_at,
        parsed.created_utc_at as created_at
    from parsed
)

select * from renamed
