-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'Somebody with a child: a youth or family membership, a known child, or a party.',
    'considers': 'whoever owns a membership, has a child here or had word of a party',
    'owner': 'front desk',
    'priority': 'low',
    'category': 'status',
    'cool_down_days': 0,
    'lifetime_days': 365,
    'persistent': True,
    'children': 'never',
    'destinations': ['shopify', 'klaviyo'],
    'flag_type': 'has-youth',
}) }}

with

running_memberships as (
    select * from {{ ref('running_memberships') }}
),

family_relationships as (
    select * from {{ ref('family_relationships') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

deliveries as (
    select * from {{ ref('deliveries') }}
),

reasons as (
    select
        running_memberships.customer_id,
        'youth_membership' as reason,
        {{ business_midnight("running_memberships.start_date") }} as since_at,
        regexp_matches(
            lower(running_memberships.membership_name), 'youth|family|junior|kid|child'
        ) as is_met
    from running_memberships
    where running_memberships.is_owner
    union all by name
    select
        family_relationships.parent_customer_id as customer_id,
        'parent' as reason,
        children.first_seen_at as since_at,
        family_relationships.confidence <> 'low' as is_met
    from family_relationships
    inner join customers as children
        on family_relationships.child_customer_id = children.customer_id
    union all by name
    select
        deliveries.addressee_customer_id as customer_id,
        'birthday_party' as reason,
        {{ business_midnight("deliveries.delivered_on") }} as since_at,
        true as is_met
    from deliveries
    where contains(deliveries.flag_type, 'birthday_party_')
)

select
    reasons.customer_id,
    min(reasons.since_at) filter (where reasons.is_met) as triggered_at,
    json_object(
        'reasons',
        string_agg(distinct reasons.reason, '|' order by reasons.reason)
        filter (where reasons.is_met)
    ) as details,
    json_object(
        'owns_a_youth_membership_or_has_a_child_or_a_party', bool_or(reasons.is_met)
    ) as conditions
from reasons
group by reasons.customer_id
