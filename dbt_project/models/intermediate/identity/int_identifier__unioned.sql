-- Grain: one row per record, type, written value and origin of an identifier in any source.
with

-- unions: int_identifier__*
unioned as (
    select * from {{ ref('int_identifier__capitan') }}
    union all by name
    select * from {{ ref('int_identifier__capitan_contacts') }}
    union all by name
    select * from {{ ref('int_identifier__firestore') }}
    union all by name
    select * from {{ ref('int_identifier__instagram') }}
    union all by name
    select * from {{ ref('int_identifier__klaviyo') }}
    union all by name
    select * from {{ ref('int_identifier__mailchimp') }}
    union all by name
    select * from {{ ref('int_identifier__sendgrid') }}
    union all by name
    select * from {{ ref('int_identifier__shopify') }}
    union all by name
    select * from {{ ref('int_identifier__square') }}
    union all by name
    select * from {{ ref('int_identifier__stripe') }}
    union all by name
    select * from {{ ref('int_identifier__twilio') }}
)
-- unions: end

select * from unioned
