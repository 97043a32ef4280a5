-- Grain: one row per source and table, with the business day that its last load shows.
with

-- unions: stg_*__loads
unioned as (
    select * from {{ ref('stg_capitan__loads') }}
    union all by name
    select * from {{ ref('stg_facebook_ads__loads') }}
    union all by name
    select * from {{ ref('stg_firestore__loads') }}
    union all by name
    select * from {{ ref('stg_google_analytics__loads') }}
    union all by name
    select * from {{ ref('stg_instagram__loads') }}
    union all by name
    select * from {{ ref('stg_klaviyo__loads') }}
    union all by name
    select * from {{ ref('stg_mailchimp__loads') }}
    union all by name
    select * from {{ ref('stg_quickbooks__loads') }}
    union all by name
    select * from {{ ref('stg_sendgrid__loads') }}
    union all by name
    select * from {{ ref('stg_shopify__loads') }}
    union all by name
    select * from {{ ref('stg_square__loads') }}
    union all by name
    select * from {{ ref('stg_stripe__loads') }}
)
-- unions: end

select * from unioned
