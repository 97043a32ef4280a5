-- Grain: one row per comment or reply on an Instagram post, deleted ones left out.
with

comments as (
    select * from {{ ref('stg_instagram__comments') }}
)

select
    comments.comment_id,
    comments.post_id,
    comments.parent_comment_id,
    comments.record_key,
    comments.username,
    comments.comment_text,
    comments.like_count,
    comments.commented_at,
    comments.last_seen_date
from comments
where not comments.is_deleted
