-- Grain: one row per child with a guardian: the one who speaks for it.
with

family_relationships as (
    select * from {{ ref('family_relationships') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
)

-- The surest, then one who can be reached; a link that only looks like one is no reason to write
-- to somebody about a child.
select
    family_relationships.child_customer_id,
    family_relationships.parent_customer_id,
    family_relationships.confidence,
    guardians.primary_email,
    guardians.primary_phone
from family_relationships
inner join customers as guardians
    on family_relationships.parent_customer_id = guardians.customer_id
where family_relationships.confidence <> 'low'
qualify row_number() over (
    partition by family_relationships.child_customer_id
    order by
        array_position(['high', 'medium'], family_relationships.confidence),
        guardians.primary_email is null,
        guardians.primary_phone is null,
        family_relationships.parent_customer_id
) = 1
