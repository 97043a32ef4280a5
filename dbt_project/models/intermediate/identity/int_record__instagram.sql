-- Grain: one row per name on Instagram under which somebody commented on a post.
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
),

named as (
    select
        comments.record_key,
        bool_and(comments.is_deleted) as is_deleted,
        min(comments.commented_at) as created_at
    from comments
    left join own_names
        on comments.username = own_names.account_name
    where comments.record_key is not null and own_names.account_name is null
    group by comments.record_key
)

select
    named.record_key,
    'instagram' as source,
    cast(null as varchar) as given_name,
    cast(null as varchar) as family_name,
    cast(null as date) as birth_date,
    cast(null as varchar) as postal_address,
    named.is_deleted,
    named.created_at
from named
