-- Grain: one row per automation, deleted ones included.
with

automations as (
    select * from {{ source('mailchimp', 'automations') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_mailchimp__loads') }} as loads
    where loads.table_name = 'automations'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_mailchimp__rejected') }} as rejected
    where rejected.table_name = 'automations'
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
        coalesce(
            greatest(cast(automations._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("nullif(automations.create_time, '')") }} as created_at,
        {{ iso_to_utc("nullif(automations.start_time, '')") }} as started_at
    from automations
    left join refused
        on automations.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
