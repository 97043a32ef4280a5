-- Grain: one row per place at which Square sells, closed and deleted ones included.
with

locations as (
    select * from {{ source('square', 'locations') }}
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
        {{ is_deleted('square', 'locations', 'locations') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("locations.created_at") }} as created_at
    from locations
)

select * from renamed
