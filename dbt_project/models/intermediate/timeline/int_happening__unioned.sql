-- Grain: one row per source, table, kind of event and reason for making none.
with

-- unions: int_happening__*
unioned as (
    select * from {{ ref('int_happening__capitan') }}
    union all by name
    select * from {{ ref('int_happening__consents') }}
    union all by name
    select * from {{ ref('int_happening__firestore') }}
    union all by name
    select * from {{ ref('int_happening__instagram') }}
    union all by name
    select * from {{ ref('int_happening__klaviyo') }}
    union all by name
    select * from {{ ref('int_happening__mailchimp') }}
    union all by name
    select * from {{ ref('int_happening__ops') }}
    union all by name
    select * from {{ ref('int_happening__payments') }}
)
-- unions: end

select * from unioned
