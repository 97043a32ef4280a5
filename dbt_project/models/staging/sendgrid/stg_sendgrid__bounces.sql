-- Grain: one row per address that bounced, those taken off the list included.
with

bounces as (
    select * from {{ source('sendgrid', 'bounces') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_sendgrid__loads') }} as loads
    where loads.table_name = 'bounces'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_sendgrid__rejected') }} as rejected
    where rejected.table_name = 'bounces'
),

renamed as (
    select
        -- ids
        'sendgrid:recipient:' || md5(lower(trim(bounces.email))) as record_key,

        -- strings
        bounces.email,
        nullif(trim(bounces.reason), '') as reason,
        nullif(trim(bounces.status), '') as refusal_code,

        -- booleans
        coalesce(
            greatest(cast(bounces._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ unix_to_utc("bounces.created") }} as suppressed_at
    from bounces
    left join refused
        on bounces.email = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
