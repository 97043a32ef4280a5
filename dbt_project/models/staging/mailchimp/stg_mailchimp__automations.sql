-- Grain: one row per automation, deleted ones included.
with

automations as (
    select * from {{ source('mailchimp', 'automations') }}
),

renamed as (
    select
        -- ids
        automations.id as automation_id,
        {{ json_text("automations.recipients", "$.list_id") }} as list_id,

        -- strings
        nullif(trim({{ json_text("automations.settings", "$.title") }}), '') as automation_title,
        automations.status as automation_status,

        -- numbers
        automations.emails_sent as sent_count,
        try_cast({{ json_text("automations.report_summary", "$.opens") }} as bigint) as open_count,
        try_cast({{ json_text("automations.report_summary", "$.unique_opens") }} as bigint)
            as opener_count,
        try_cast({{ json_text("automations.report_summary", "$.open_rate") }} as decimal(9, 6))
            as open_rate,
        try_cast({{ json_text("automations.report_summary", "$.clicks") }} as bigint)
            as click_count,
        try_cast({{ json_text("automations.report_summary", "$.subscriber_clicks") }} as bigint)
            as clicker_count,
        try_cast({{ json_text("automations.report_summary", "$.click_rate") }} as decimal(9, 6))
            as click_rate,

        -- booleans
        {{ is_deleted('mailchimp', 'automations', 'automations') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("nullif(automations.create_time, '')") }} as created_at,
        {{ iso_to_utc("nullif(automations.start_time, '')") }} as started_at
    from automations
)

select * from renamed
