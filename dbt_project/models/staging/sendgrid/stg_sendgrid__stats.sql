-- Grain: one row per day of the SendGrid account.
with

stats as (
    select * from {{ source('sendgrid', 'stats') }}
),

figures as (
    select
        stats.date,
        {{ json_text("stats.stats", "$[0].metrics") }} as metrics
    from stats
),

renamed as (
    select
        -- numbers
        try_cast({{ json_text("figures.metrics", "$.requests") }} as bigint) as request_count,
        try_cast({{ json_text("figures.metrics", "$.processed") }} as bigint) as processed_count,
        try_cast({{ json_text("figures.metrics", "$.delivered") }} as bigint) as delivered_count,
        try_cast({{ json_text("figures.metrics", "$.deferred") }} as bigint) as deferred_count,
        try_cast({{ json_text("figures.metrics", "$.opens") }} as bigint) as open_count,
        try_cast({{ json_text("figures.metrics", "$.unique_opens") }} as bigint)
            as unique_open_count,
        try_cast({{ json_text("figures.metrics", "$.clicks") }} as bigint) as click_count,
        try_cast({{ json_text("figures.metrics", "$.unique_clicks") }} as bigint)
            as unique_click_count,
        try_cast({{ json_text("figures.metrics", "$.bounces") }} as bigint) as bounce_count,
        try_cast({{ json_text("figures.metrics", "$.blocks") }} as bigint) as block_count,
        try_cast({{ json_text("figures.metrics", "$.bounce_drops") }} as bigint)
            as bounce_drop_count,
        try_cast({{ json_text("figures.metrics", "$.spam_reports") }} as bigint)
            as spam_report_count,
        try_cast({{ json_text("figures.metrics", "$.spam_report_drops") }} as bigint)
            as spam_report_drop_count,
        try_cast({{ json_text("figures.metrics", "$.unsubscribes") }} as bigint)
            as unsubscribe_count,
        try_cast({{ json_text("figures.metrics", "$.unsubscribe_drops") }} as bigint)
            as unsubscribe_drop_count,

        -- dates and times
        try_cast(figures.date as date) as stats_date
    from figures
)

select * from renamed
