-- Grain: one row per comment or reply on an Instagram post, deleted ones included.
with

comments as (
    select * from {{ source('instagram', 'comments') }}
),

-- Comments of a post are read by every full load, and by those whose window holds the post.
last_pulls as (
    select
        posts.post_id,
        max(loads.as_of_date) as pulled_on
    from {{ ref('stg_instagram__posts') }} as posts
    inner join {{ ref('stg_instagram__loads') }} as loads
        on loads.load_mode = 'full' or posts.published_date >= loads.window_start_date
    where loads.table_name = 'comments'
    group by posts.post_id
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_instagram__rejected') }} as rejected
    where rejected.table_name = 'comments'
),

renamed as (
    select
        -- ids
        comments.id as comment_id,
        comments.media_id as post_id,
        comments.parent_id as parent_comment_id,
        'instagram:user:' || md5(comments.username) as record_key,

        -- strings
        comments.username,
        comments.text as comment_text,

        -- numbers
        comments.like_count,

        -- booleans
        coalesce(comments.hidden, false) as is_hidden,
        coalesce(
            greatest(cast(comments._seen_on as date), refused.last_seen_date)
            < last_pulls.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("comments.timestamp") }} as commented_at,
        cast(comments._seen_on as date) as last_seen_date
    from comments
    left join last_pulls
        on comments.media_id = last_pulls.post_id
    left join refused
        on comments.id = refused.vendor_id
)

select * from renamed
