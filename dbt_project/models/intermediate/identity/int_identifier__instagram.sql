-- Grain: one row per name on Instagram under which somebody commented on a post.
with

comments as (
    select * from {{ ref('stg_instagram__comments') }}
),

records as (
    select * from {{ ref('int_record__instagram') }}
)

select
    records.record_key,
    'instagram_username' as identifier_type,
    comments.username as value_raw,
    'own' as origin,
    min(comments.commented_at) as seen_at
from records
inner join comments
    on records.record_key = comments.record_key
group by records.record_key, comments.username
