-- Grain: one row per happening in any source, usable or not.
with

-- unions: int_event__*
unioned as (
    select * from {{ ref('int_event__capitan') }}
    union all by name
    select * from {{ ref('int_event__capitan_passes') }}
    union all by name
    select * from {{ ref('int_event__klaviyo') }}
    union all by name
    select * from {{ ref('int_event__mailchimp') }}
    union all by name
    select * from {{ ref('int_event__payments') }}
    union all by name
    select * from {{ ref('int_event__twilio') }}
)
-- unions: end

select * from unioned
