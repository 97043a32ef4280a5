-- Grain: one row per Instagram post, deleted ones included.
with

media as (
    select * from {{ source('instagram', 'media') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_instagram__loads') }} as loads
    where loads.table_name = 'media'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_instagram__rejected') }} as rejected
    where rejected.table_name = 'media'
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
        coalesce(
            greatest(cast(media._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("media.timestamp") }} as published_at,
        cast(media._seen_on as date) as last_seen_date
    from media
    left join refused
        on media.id = refused.vendor_id
    cross join last_full_pull
)

select
    renamed.*,
    {{ business_date("renamed.published_at") }} as published_date
from renamed
