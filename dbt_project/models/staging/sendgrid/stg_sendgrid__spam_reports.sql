-- Grain: one row per address that reported spam, those taken off the list included.
with

spam_reports as (
    select * from {{ source('sendgrid', 'spam_reports') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_sendgrid__loads') }} as loads
    where loads.table_name = 'spam_reports'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_sendgrid__rejected') }} as rejected
    where rejected.table_name = 'spam_reports'
),

renamed as (
    select
        -- ids
        'sendgrid:recipient:' || md5(lower(trim(spam_reports.email))) as record_key,

        -- strings
        spam_reports.email,

        -- booleans
        coalesce(
            greatest(cast(spam_reports._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ unix_to_utc("spam_reports.created") }} as suppressed_at
    from spam_reports
    left join refused
        on spam_reports.email = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
