-- Grain: one row per Klaviyo profile, deleted ones included.
with

-- Until then an account may still carry the address that a parent gave for the child.
settings as (
    select 25 as own_address_at_years
),

profiles as (
    select * from {{ ref('stg_klaviyo__profiles') }}
)

select
    profiles.record_key,
    profiles.profile_id,
    profiles.email,
    profiles.phone,
    profiles.given_name,
    profiles.family_name,
    profiles.properties,
    -- A profile is whoever owns its address. Our old push wrote each row of Capitan's over the
    -- profile of the address on it, so that a mother's profile may carry the name of her child.
    profiles.pushed_customer_id is null
    or coalesce(
        not profiles.is_pushed_child
        and not profiles.is_pushed_with_parent_contact
        and {{ full_years(
            "profiles.pushed_birth_date", business_date("profiles.pushed_at")
        ) }} >= settings.own_address_at_years,
        false
    ) as has_own_name,
    profiles.is_deleted,
    profiles.created_at,
    profiles.updated_at
from profiles
cross join settings
