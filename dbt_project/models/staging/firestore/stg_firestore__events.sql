-- Grain: one row per birthday party of the older party app, deleted ones included.
with

events as (
    select * from {{ source('firestore', 'events') }}
),

named as (
    select
        events.*,
        nullif(trim(events.host_name), '') as host_full_name
    from events
),

renamed as (
    select
        -- ids
        named.id as party_id,
        'firestore:host:' || named.id as record_key,

        -- strings
        named.host_full_name,
        {{ given_part("named.host_full_name") }} as given_name,
        {{ family_part("named.host_full_name") }} as family_name,
        nullif(named.host_email, '') as email,
        nullif(named.host_phone, '') as phone,
        nullif(trim(named.child_name), '') as child_name,
        lower(nullif(trim(named.status), '')) as party_status,

        -- booleans
        {{ is_deleted('firestore', 'events', 'named') }} as is_deleted,

        -- dates and times
        {{ written_date("named.event_date_iso") }} as party_date,
        {{ iso_to_utc("coalesce(nullif(named.created_at, ''), named.create_time)") }}
            as created_at,
        {{ iso_to_utc("named.update_time") }} as updated_at
    from named
)

select * from renamed
