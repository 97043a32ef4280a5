-- Grain: one row per comment of somebody else under one of our posts.
with

comments as (
    select * from {{ ref('stg_instagram__comments') }}
),

posts as (
    select * from {{ ref('stg_instagram__posts') }}
),

-- The account that publishes the posts answers under its own name; it is no person.
own_names as (
    select posts.account_name
    from posts
    where posts.account_name is not null
    group by posts.account_name
)

select
    {{ event_id(
        "'instagram_comment'",
        "'instagram'",
        "'instagram:comment:' || comments.comment_id",
        "'author'"
    ) }} as event_id,
    'instagram_comment' as event_type,
    comments.commented_at as occurred_at,
    comments.record_key,
    'instagram' as source,
    case when comments.record_key is null then 'unmatched' else 'exact' end as attribution,
    'instagram:comment:' || comments.comment_id as subject,
    cast(null as decimal(18, 2)) as amount,
    cast(null as varchar) as currency,
    json_object(
        'comment_id', comments.comment_id,
        'post_id', comments.post_id,
        'parent_comment_id', comments.parent_comment_id
    ) as details
from comments
left join own_names
    on comments.username = own_names.account_name
where own_names.account_name is null
