-- Grain: one row per adult and child who belong together, with the surest way in which that shows.
with

guardians as (
    select * from {{ ref('int_guardian__unioned') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

contact_owners as (
    select * from {{ ref('int_identity__contact_owners') }}
),

shown as (
    select
        adult.customer_id as parent_customer_id,
        child.customer_id as child_customer_id,
        guardians.way,
        guardians.confidence
    from guardians
    inner join members as child
        on guardians.child_record_key = child.record_key
    inner join members as adult
        on guardians.guardian_record_key = adult.record_key
    union all by name
    -- An e-mail or phone on the child's account that is known to be one adult's.
    select
        contact_owners.owner_customer_id as parent_customer_id,
        child.customer_id as child_customer_id,
        case identifiers.origin
            when 'owner' then 'pays by e-mail for the youth membership'
            else 'owner of the ' || identifiers.identifier_type
        end as way,
        'medium' as confidence
    from identifiers
    inner join contact_owners
        on
            identifiers.identifier_type = contact_owners.identifier_type
            and identifiers.value = contact_owners.value
    inner join members as child
        on identifiers.record_key = child.record_key
    where contact_owners.owner_customer_id is not null
),

-- Both must be what the word says: no surname and no likeness makes a family here.
families as (
    select shown.*
    from shown
    inner join customers as adult
        on shown.parent_customer_id = adult.customer_id
    inner join customers as child
        on shown.child_customer_id = child.customer_id
    where adult.minor = 'no' and child.minor = 'yes'
)

select
    families.parent_customer_id,
    families.child_customer_id,
    'parent_child' as relationship_type,
    arg_min(
        families.confidence, array_position(['high', 'medium', 'low'], families.confidence)
    ) as confidence,
    string_agg(distinct families.way, '|' order by families.way) as source
from families
group by families.parent_customer_id, families.child_customer_id
