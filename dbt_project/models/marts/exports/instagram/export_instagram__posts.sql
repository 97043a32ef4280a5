-- Grain: one row per Instagram post.
with

posts as (
    select * from {{ ref('int_posts__instagram') }}
),

run as (
    select {{ as_of() }} as as_of_date
)

select
    posts.post_id,
    posts.published_at as timestamp,
    {{ days_between("posts.published_date", "run.as_of_date") }} as post_age_days,
    posts.media_type,
    -- Instagram's own address expires and shows nothing on other sites; the kept file stays.
    posts.file_path as media_url,
    posts.permalink,
    posts.caption,
    posts.like_count as likes,
    posts.comment_count as comments,
    posts.reach,
    posts.saved_count as saved,
    round(
        100.0
        * (
            coalesce(posts.like_count, 0)
            + coalesce(posts.comment_count, 0)
            + coalesce(posts.saved_count, 0)
        )
        / nullif(posts.reach, 0),
        4
    ) as engagement_rate,
    cast(null as varchar) as ai_description,
    cast(null as varchar) as ai_themes,
    cast(null as varchar) as ai_activity_type,
    posts.last_seen_date as last_updated
from posts
cross join run
