-- Grain: one row per address that reported spam, those taken off the list included.
with

spam_reports as (
    select * from {{ source('sendgrid', 'spam_reports') }}
),

renamed as (
    select
        -- ids
        'sendgrid:recipient:' || md5(lower(trim(spam_reports.email))) as record_key,

        -- strings
        spam_reports.email,

        -- booleans
        {{ is_deleted('sendgrid', 'spam_reports', 'spam_reports', ['email']) }} as is_deleted,

        -- dates and times
        {{ unix_to_utc("spam_reports.created") }} as suppressed_at
    from spam_reports
)

select * from renamed
