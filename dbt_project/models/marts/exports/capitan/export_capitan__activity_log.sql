-- Grain: one row per entry of the activity log.
with

activity_log as (
    select * from {{ ref('int_gym__activity_log') }}
),

unpacked as (
    select
        activity_log.*,
        {{ json_list("activity_log.affected_customers") }} as customers,
        {{ json_list("activity_log.affected_associations") }} as associations
    from activity_log
)

select
    unpacked.activity_id as activity_log_id,
    unpacked.activity_category as category,
    unpacked.description,
    unpacked.actor_user_id,
    unpacked.actor_given_name as actor_user_first_name,
    unpacked.actor_family_name as actor_user_last_name,
    unpacked.actor_capitan_customer_id as actor_customer_id,
    array_to_string(
        list_transform(unpacked.customers, lambda one: one ->> '$.id'), ','
    ) as affected_customer_ids,
    array_to_string(
        list_transform(
            unpacked.customers,
            lambda one: concat_ws(' ', one ->> '$.first_name', one ->> '$.last_name')
        ),
        ','
    ) as affected_customer_names,
    array_to_string(
        list_transform(unpacked.associations, lambda one: one ->> '$.id'), ','
    ) as affected_association_ids,
    array_to_string(
        list_transform(unpacked.associations, lambda one: one ->> '$.name'), ','
    ) as affected_association_names,
    unpacked.notes,
    unpacked.created_at
from unpacked
