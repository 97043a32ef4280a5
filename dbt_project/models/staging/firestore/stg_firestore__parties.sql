-- Grain: one row per birthday party of the party app, deleted ones included.
with

parties as (
    select * from {{ source('firestore', 'parties') }}
),

named as (
    select
        parties.*,
        nullif(trim(coalesce(nullif(parties.parent_name, ''), parties.host_name)), '')
            as host_full_name
    from parties
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
        nullif(trim(named.party_time), '') as party_time,
        nullif(named.custom_message, '') as custom_message,
        lower(nullif(trim(named.status), '')) as party_status,
        nullif(named.created_by, '') as created_by,

        -- numbers
        try_cast(named.child_age as integer) as child_age,

        -- booleans
        {{ is_deleted('firestore', 'parties', 'named') }} as is_deleted,

        -- dates and times
        coalesce(
            {{ iso_date("named.party_date_iso") }}, {{ written_date("named.party_date") }}
        ) as party_date,
        {{ iso_to_utc("coalesce(nullif(named.created_at, ''), named.create_time)") }}
            as created_at,
        {{ iso_to_utc("named.update_time") }} as updated_at
    from named
)

select * from renamed
