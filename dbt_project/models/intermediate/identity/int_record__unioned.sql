-- Grain: one row per record of a person in any source.
with

-- unions: int_record__*
unioned as (
    select * from {{ ref('int_record__capitan') }}
    union all by name
    select * from {{ ref('int_record__capitan_contacts') }}
    union all by name
    select * from {{ ref('int_record__firestore') }}
    union all by name
    select * from {{ ref('int_record__instagram') }}
    union all by name
    select * from {{ ref('int_record__klaviyo') }}
    union all by name
    select * from {{ ref('int_record__mailchimp') }}
    union all by name
    select * from {{ ref('int_record__sendgrid') }}
    union all by name
    select * from {{ ref('int_record__shopify') }}
    union all by name
    select * from {{ ref('int_record__square') }}
    union all by name
    select * from {{ ref('int_record__stripe') }}
    union all by name
    select * from {{ ref('int_record__twilio') }}
)
-- unions: end

select * from unioned
