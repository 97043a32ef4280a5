-- Grain: one row per address that wants no e-mail, those who came back included.
with

unsubscribes as (
    select * from {{ source('sendgrid', 'unsubscribes') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_sendgrid__loads') }} as loads
    where loads.table_name = 'unsubscribes'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_sendgrid__rejected') }} as rejected
    where rejected.table_name = 'unsubscribes'
),

renamed as (
    select
        -- ids
        'sendgrid:recipient:' || md5(lower(trim(unsubscribes.email))) as record_key,

        -- strings
        unsubscribes.email,

        -- booleans
        coalesce(
            greatest(cast(unsubscribes._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ unix_to_utc("unsubscribes.created") }} as suppressed_at
    from unsubscribes
    left join refused
        on unsubscribes.email = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
