-- Grain: one row per comment or reply on an Instagram post, deleted ones included.
with

comments as (
    select * from {{ source('instagram', 'comments') }}
),

-- Comments of a post are read by every full load, and by those whose window holds the post.
last_pulls as (
    select
        posts.post_id,
        max(cast(loads.as_of as date)) as pulled_on
    from {{ ref('stg_instagram__posts') }} as posts
    inner join {{ source('instagram', 'loads') }} as loads
        on loads.mode = 'full' or posts.published_date >= cast(loads.window_start as date)
    where loads.table_name = 'comments'
    group by posts.post_id
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        {{ json_text("rejected.row", "$.id") }} as vendor_id,
        max(cast(rejected._seen_on as date)) as last_seen_date
    from {{ source('instagram', 'rejected') }} as rejected
    where rejected.table_name = 'comments'
    group by {{ json_text("rejected.row", "$.id") }}
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
