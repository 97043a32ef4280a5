-- Grain: one row per customer's place in an association.
with

association_members as (
    select * from {{ ref('int_gym__association_members') }}
)

select
    association_members.association_member_id,
    association_members.association_id,
    association_members.association_name,
    association_members.capitan_customer_id as customer_id,
    association_members.given_name as customer_first_name,
    association_members.family_name as customer_last_name,
    association_members.birth_date as customer_birthday,
    association_members.created_at,
    association_members.approved_at,
    association_members.approved_by_id,
    association_members.approved_by_given_name as approved_by_first_name,
    association_members.approved_by_family_name as approved_by_last_name,
    association_members.last_reverified_at,
    association_members.is_pending_reverification,
    association_members.next_removal_at as next_automatic_removal_datetime,
    association_members.reverification_period_days as association_reverification_period_days,
    association_members.has_pending_application,
    association_members.updated_at
from association_members
where not association_members.is_deleted
