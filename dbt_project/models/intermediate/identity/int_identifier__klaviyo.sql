-- Grain: one row per Klaviyo profile and type of contact point.
with

profiles as (
    select * from {{ ref('int_profiles__klaviyo') }}
)

-- The ids on a profile are what our own sync wrote there: they prove nothing and stay out.
select
    profiles.record_key,
    'email' as identifier_type,
    profiles.email as value_raw,
    'own' as origin,
    profiles.created_at as seen_at
from profiles
where profiles.email is not null
union all by name
-- A phone that came with somebody else's row may be the other parent's.
select
    profiles.record_key,
    'phone' as identifier_type,
    profiles.phone as value_raw,
    case when profiles.has_own_name or profiles.email is null then 'own' else 'owner' end
        as origin,
    profiles.created_at as seen_at
from profiles
where profiles.phone is not null
