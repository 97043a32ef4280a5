-- Grain: one row per comment or reply on an Instagram post.
with

comments as (
    select * from {{ ref('int_comments__instagram') }}
)

select
    comments.post_id,
    comments.comment_id,
    comments.username,
    comments.comment_text as text,
    comments.commented_at as timestamp,
    comments.like_count as comment_likes,
    comments.last_seen_date as fetched_at
from comments
