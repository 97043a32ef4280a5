-- Grain: one row per Klaviyo profile.
with

profiles as (
    select * from {{ ref('int_profiles__klaviyo') }}
)

-- Of the properties only those that our own sync is known to write: a file has fixed columns.
select
    profiles.profile_id,
    profiles.email,
    profiles.phone as phone_number,
    profiles.given_name as first_name,
    profiles.family_name as last_name,
    profiles.created_at as created,
    profiles.updated_at as updated,
    {{ json_text("profiles.properties", "$.basin_customer_id") }} as prop_basin_customer_id,
    {{ json_text("profiles.properties", "$.is_member") }} as prop_is_member,
    {{ json_text("profiles.properties", "$.membership_type") }} as prop_membership_type,
    {{ json_text("profiles.properties", "$.membership_start_date") }}
        as prop_membership_start_date,
    {{ json_text("profiles.properties", "$.membership_value") }} as prop_membership_value,
    {{ json_text("profiles.properties", "$.last_synced_at") }} as prop_last_synced_at
from profiles
where not profiles.is_deleted
