-- Grain: one row per Klaviyo profile.
with

profiles as (
    select * from {{ ref('int_profiles__klaviyo') }}
)

select
    profiles.record_key,
    'klaviyo' as source,
    case when profiles.has_own_name then profiles.given_name end as given_name,
    case when profiles.has_own_name then profiles.family_name end as family_name,
    -- Nobody but our own push ever wrote a birthday there.
    cast(null as date) as birth_date,
    cast(null as varchar) as postal_address,
    profiles.is_deleted,
    profiles.created_at
from profiles
