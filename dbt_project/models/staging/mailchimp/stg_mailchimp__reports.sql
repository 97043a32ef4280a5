-- Grain: one row per Mailchimp campaign that was sent.
with

reports as (
    select * from {{ source('mailchimp', 'reports') }}
),

renamed as (
    select
        -- ids
        reports.id as campaign_id,

        -- strings
        upper({{ json_text("reports.ecommerce", "$.currency_code") }}) as currency,

        -- numbers
        reports.emails_sent as sent_count,
        try_cast({{ json_text("reports.bounces", "$.hard_bounces") }} as bigint)
            as hard_bounce_count,
        try_cast({{ json_text("reports.bounces", "$.soft_bounces") }} as bigint)
            as soft_bounce_count,
        try_cast({{ json_text("reports.opens", "$.opens_total") }} as bigint) as open_count,
        try_cast({{ json_text("reports.opens", "$.unique_opens") }} as bigint) as opener_count,
        try_cast({{ json_text("reports.opens", "$.open_rate") }} as decimal(9, 6)) as open_rate,
        try_cast({{ json_text("reports.clicks", "$.clicks_total") }} as bigint) as click_count,
        try_cast({{ json_text("reports.clicks", "$.unique_clicks") }} as bigint)
            as unique_click_count,
        try_cast({{ json_text("reports.clicks", "$.unique_subscriber_clicks") }} as bigint)
            as clicker_count,
        try_cast({{ json_text("reports.clicks", "$.click_rate") }} as decimal(9, 6))
            as click_rate,
        reports.unsubscribed as unsubscribe_count,
        reports.abuse_reports as abuse_report_count,
        try_cast({{ json_text("reports.ecommerce", "$.total_orders") }} as bigint)
            as credited_order_count,
        try_cast({{ json_text("reports.ecommerce", "$.total_revenue") }} as decimal(18, 2))
            as credited_revenue,

        -- dates and times
        {{ iso_to_utc("nullif(reports.send_time, '')") }} as sent_at
    from reports
)

select * from renamed
