-- Grain: one row per reason for which a comment makes an event or none.
{{ config(materialized='view') }}

with

comments as (
    select * from {{ ref('stg_instagram__comments') }}
),

posts as (
    select * from {{ ref('stg_instagram__posts') }}
),

judged as (
    select
        case
            when exists (
                select 1
                from posts
                where posts.account_name = comments.username
            ) then 'our own answer'
        end as reason
    from comments
)

select
    'instagram' as source,
    'comments' as table_name,
    'instagram_comment' as event_type,
    coalesce(judged.reason, 'made') as outcome,
    count(*) as row_count
from judged
group by
    coalesce(judged.reason, 'made')
