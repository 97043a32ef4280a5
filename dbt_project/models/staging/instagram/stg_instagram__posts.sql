-- Grain: one row per Instagram post, deleted ones included.
with

media as (
    select * from {{ source('instagram', 'media') }}
),

renamed as (
    select
        -- ids
        media.id as post_id,

        -- strings
        media.caption,
        media.media_type,
        media.media_product_type as product_type,
        media.media_url,
        media.thumbnail_url,
        media.permalink,
        media.username as account_name,

        -- numbers
        media.like_count,
        media.comments_count as comment_count,

        -- booleans
        {{ is_deleted('instagram', 'media', 'media') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("media.timestamp") }} as published_at,
        cast(media._seen_on as date) as last_seen_date
    from media
)

select
    renamed.*,
    {{ business_date("renamed.published_at") }} as published_date
from renamed
