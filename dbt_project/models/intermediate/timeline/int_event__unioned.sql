-- Grain: one row per happening in any source, usable or not.
{{ config(materialized='corrected_table') }}

with

-- unions: int_event__*
unioned as (
    select * from {{ ref('int_event__capitan') }}
    union all by name
    select * from {{ ref('int_event__capitan_memberships') }}
    union all by name
    select * from {{ ref('int_event__capitan_passes') }}
    union all by name
    select * from {{ ref('int_event__capitan_reservations') }}
    union all by name
    select * from {{ ref('int_event__consents') }}
    union all by name
    select * from {{ ref('int_event__firestore') }}
    union all by name
    select * from {{ ref('int_event__instagram') }}
    union all by name
    select * from {{ ref('int_event__klaviyo') }}
    union all by name
    select * from {{ ref('int_event__mailchimp') }}
    union all by name
    select * from {{ ref('int_event__ops') }}
    union all by name
    select * from {{ ref('int_event__payments') }}
    union all by name
    select * from {{ ref('int_event__twilio') }}
    union all by name
    select * from {{ ref('int_event__unused_passes') }}
)
-- unions: end

select
    unioned.*,
    {{ business_date("unioned.occurred_at") }} as event_date
from unioned
