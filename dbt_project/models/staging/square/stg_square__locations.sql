-- Grain: one row per place at which Square sells, closed and deleted ones included.
with

locations as (
    select * from {{ source('square', 'locations') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_square__loads') }} as loads
    where loads.table_name = 'locations'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_square__rejected') }} as rejected
    where rejected.table_name = 'locations'
),

renamed as (
    select
        -- ids
        locations.id as location_id,

        -- strings
        nullif(trim(locations.name), '') as location_name,
        locations.status as location_status,
        locations.timezone as location_zone,
        upper(locations.currency) as currency,

        -- booleans
        coalesce(
            greatest(cast(locations._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("locations.created_at") }} as created_at
    from locations
    left join refused
        on locations.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
