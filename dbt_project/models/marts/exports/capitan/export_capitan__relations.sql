-- Grain: one row per family link and direction.
with

relations as (
    select * from {{ ref('int_gym__relations') }}
)

select
    relations.capitan_customer_id as customer_id,
    relations.related_capitan_customer_id as related_customer_id,
    relations.relation as relationship,
    relations.related_given_name as related_customer_first_name,
    relations.related_family_name as related_customer_last_name,
    relations.created_at
from relations
where not relations.is_deleted
