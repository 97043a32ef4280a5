-- Grain: one row per entry of the activity log.
with

activity_log as (
    select * from {{ source('capitan', 'activity_log') }}
),

renamed as (
    select
        -- ids
        cast(activity_log.id as varchar) as activity_id,
        cast(activity_log.actor_user_id as varchar) as actor_user_id,
        cast(activity_log.actor_customer_id as varchar) as actor_capitan_customer_id,

        -- strings
        activity_log.category as activity_category,
        activity_log.description,
        nullif(trim(activity_log.actor_user_first_name), '') as actor_given_name,
        nullif(trim(activity_log.actor_user_last_name), '') as actor_family_name,
        activity_log.affected_customers,
        activity_log.affected_associations,
        nullif(trim(activity_log.notes), '') as notes,

        -- dates and times
        {{ iso_to_utc("activity_log.created_at") }} as created_at
    from activity_log
)

select * from renamed
