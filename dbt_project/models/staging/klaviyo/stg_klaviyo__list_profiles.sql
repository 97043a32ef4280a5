-- Grain: one row per Klaviyo list and profile on it.
with

list_profiles as (
    select * from {{ source('klaviyo', 'list_profiles') }}
),

renamed as (
    select
        -- ids
        list_profiles.list_id,
        list_profiles.profile_id,

        -- dates and times
        {{ iso_to_utc("list_profiles.joined_group_at") }} as joined_at
    from list_profiles
)

select * from renamed
