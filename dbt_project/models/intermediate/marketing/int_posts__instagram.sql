-- Grain: one row per Instagram post, deleted ones left out.
with

posts as (
    select * from {{ ref('stg_instagram__posts') }}
),

media_insights as (
    select * from {{ ref('stg_instagram__media_insights') }}
),

media_files as (
    select * from {{ ref('stg_instagram__media_files') }}
),

measured as (
    select
        media_insights.post_id,
        max(media_insights.metric_value) filter (where media_insights.metric = 'reach') as reach,
        max(media_insights.metric_value) filter (where media_insights.metric = 'saved')
            as saved_count,
        max(media_insights.metric_value) filter (where media_insights.metric = 'views')
            as view_count,
        max(media_insights.metric_value) filter (where media_insights.metric = 'shares')
            as share_count
    from media_insights
    group by media_insights.post_id
)

select
    posts.post_id,
    posts.caption,
    posts.media_type,
    posts.product_type,
    posts.permalink,
    media_files.file_path,
    media_files.file_sha256,
    posts.published_at,
    posts.published_date,
    posts.last_seen_date,
    posts.like_count,
    posts.comment_count,
    measured.reach,
    measured.saved_count,
    measured.view_count,
    measured.share_count
from posts
left join measured
    on posts.post_id = measured.post_id
left join media_files
    on posts.post_id = media_files.post_id
where not posts.is_deleted
