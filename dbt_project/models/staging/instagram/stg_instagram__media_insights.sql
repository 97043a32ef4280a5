-- Grain: one row per Instagram post and metric that was counted for it.
with

media_insights as (
    select * from {{ source('instagram', 'media_insights') }}
),

renamed as (
    select
        -- ids
        media_insights.id as insight_id,
        media_insights.media_id as post_id,

        -- strings
        media_insights.name as metric,
        media_insights.period as metric_period,

        -- numbers
        try_cast({{ json_text('media_insights."values"', "$[0].value") }} as bigint)
            as metric_value,

        -- dates and times
        cast(media_insights._seen_on as date) as last_seen_date
    from media_insights
)

select * from renamed
