-- Grain: one row per party and answer to its invitation, deleted ones included.
with

rsvps as (
    select * from {{ source('firestore', 'rsvps') }}
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
        {{ is_deleted('firestore', 'rsvps', 'named', ['party_id', 'id']) }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("named.create_time") }} as created_at,
        {{ iso_to_utc("coalesce(nullif(named.updated_at, ''), named.update_time)") }}
            as updated_at
    from named
)

select * from renamed
