-- Grain: one row per party and answer to its invitation, deleted ones included.
with

rsvps as (
    select * from {{ source('firestore', 'rsvps') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_firestore__loads') }} as loads
    where loads.table_name = 'rsvps'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_firestore__rejected') }} as rejected
    where rejected.table_name = 'rsvps'
),

named as (
    select
        rsvps.*,
        nullif(trim(rsvps.guest_name), '') as guest_full_name
    from rsvps
),

renamed as (
    select
        -- ids
        named.party_id,
        named.id as rsvp_id,
        'firestore:rsvp:' || named.party_id || '-' || named.id as record_key,

        -- strings
        named.guest_full_name,
        {{ given_part("named.guest_full_name") }} as given_name,
        {{ family_part("named.guest_full_name") }} as family_name,
        nullif(named.email, '') as email,
        nullif(named.phone, '') as phone,
        lower(nullif(trim(named.attending), '')) as answer,
        nullif(named.dietary, '') as dietary,
        nullif(named.notes, '') as notes,

        -- numbers
        try_cast(named.num_adults as integer) as adult_count,
        try_cast(named.num_kids as integer) as child_count,

        -- booleans
        coalesce(
            greatest(cast(named._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("named.create_time") }} as created_at,
        {{ iso_to_utc("coalesce(nullif(named.updated_at, ''), named.update_time)") }}
            as updated_at
    from named
    left join refused
        on named.party_id || '-' || named.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
