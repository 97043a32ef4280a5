-- Grain: one row per association.
with

associations as (
    select * from {{ ref('int_gym__associations') }}
)

select
    associations.association_id,
    associations.association_name as name,
    associations.verification_requirements,
    associations.removal_interval_months as automatic_removal_interval_months,
    associations.reverification_period_days,
    associations.has_reverification_alert as show_reverification_alert,
    associations.is_entry_pass_automatic as allow_automatic_entry_pass_use,
    associations.expiration_age_years as membership_expiration_age,
    associations.is_open_to_applications as allow_customer_applications,
    associations.member_count as num_members,
    associations.square_group_id as square_customer_group_id,
    associations.square_group_name as square_customer_group_name,
    associations.created_at,
    associations.updated_at
from associations
where not associations.is_deleted
