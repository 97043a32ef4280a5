-- Grain: one row per automation and e-mail in it, deleted ones included.
with

automation_emails as (
    select * from {{ source('mailchimp', 'automation_emails') }}
),

renamed as (
    select
        -- ids
        automation_emails.workflow_id as automation_id,
        automation_emails.id as automation_email_id,

        -- strings
        nullif(trim({{ json_text("automation_emails.settings", "$.subject_line") }}), '')
            as subject_line,
        automation_emails.status as automation_status,
        {{ json_text("automation_emails.delay", "$.action") }} as delay_action,
        {{ json_text("automation_emails.delay", "$.type") }} as delay_unit,

        -- numbers
        automation_emails.position as email_position,
        try_cast({{ json_text("automation_emails.delay", "$.amount") }} as bigint) as delay_amount,
        automation_emails.emails_sent as sent_count,
        try_cast(
            {{ json_text("automation_emails.report_summary", "$.opens") }} as bigint
        ) as open_count,
        try_cast(
            {{ json_text("automation_emails.report_summary", "$.unique_opens") }} as bigint
        ) as opener_count,
        try_cast(
            {{ json_text("automation_emails.report_summary", "$.open_rate") }} as decimal(9, 6)
        ) as open_rate,
        try_cast(
            {{ json_text("automation_emails.report_summary", "$.clicks") }} as bigint
        ) as click_count,
        try_cast(
            {{ json_text("automation_emails.report_summary", "$.subscriber_clicks") }} as bigint
        ) as clicker_count,
        try_cast(
            {{ json_text("automation_emails.report_summary", "$.click_rate") }} as decimal(9, 6)
        ) as click_rate,

        -- booleans
        {{ is_deleted('mailchimp', 'automation_emails', 'automation_emails') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("nullif(automation_emails.create_time, '')") }} as created_at,
        {{ iso_to_utc("nullif(automation_emails.start_time, '')") }} as started_at,
        {{ iso_to_utc("nullif(automation_emails.send_time, '')") }} as last_sent_at
    from automation_emails
)

select * from renamed
