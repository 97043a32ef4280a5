-- Grain: one row per proof, channel, state and instant: what the sources show today about consent.
{{ config(materialized='view', tags=['on_demand']) }}
with

-- unions: int_consent__*
unioned as (
    select * from {{ ref('int_consent__capitan') }}
    union all by name
    select * from {{ ref('int_consent__klaviyo') }}
    union all by name
    select * from {{ ref('int_consent__mailchimp') }}
    union all by name
    select * from {{ ref('int_consent__sendgrid') }}
    union all by name
    select * from {{ ref('int_consent__shopify') }}
    union all by name
    select * from {{ ref('int_consent__twilio') }}
)
-- unions: end

select * from unioned
