-- Grain: one row per customer and channel: whether they may be written to, where, and why not.
with

customers as (
    select * from {{ ref('dim_customers') }}
),

permissions as (
    select * from {{ ref('contact_permissions') }}
),

opt_outs as (
    select * from {{ ref('customer_opt_outs') }}
),

contact_points as (
    select * from {{ ref('int_identity__contact_points') }}
),

addressed as (
    select
        customers.customer_id,
        customers.minor,
        customers.is_deleted,
        'email' as channel,
        'email' as contact_point_type,
        customers.primary_email as contact_point,
        {{ contact_key("'email'", "customers.primary_email") }} as contact_key
    from customers
    union all by name
    select
        customers.customer_id,
        customers.minor,
        customers.is_deleted,
        'sms' as channel,
        'phone' as contact_point_type,
        customers.primary_phone as contact_point,
        {{ contact_key("'phone'", "customers.primary_phone") }} as contact_key
    from customers
),

bound as (
    select
        opt_outs.customer_id,
        opt_outs.channel,
        bool_or(opt_outs.is_held) as is_held
    from opt_outs
    group by opt_outs.customer_id, opt_outs.channel
),

judged as (
    select
        addressed.customer_id,
        addressed.channel,
        addressed.contact_point,
        addressed.contact_key,
        case
            when addressed.minor = 'yes' then 'a child'
            when addressed.minor <> 'no' then 'age unknown'
            when addressed.is_deleted then 'account deleted'
            when addressed.contact_point is null then 'no address'
            when contact_points.unusable_because is not null then 'an address of many or nobody'
            when permissions.state = 'opted_out' then permissions.reason
            when bound.is_held then 'opted out at another address'
            when bound.customer_id is not null then 'opted out before a merge or split'
            else coalesce(permissions.reason, 'nothing known')
        end as reason,
        coalesce(permissions.is_allowed, false) as is_address_allowed
    from addressed
    left join permissions
        on
            addressed.contact_key = permissions.contact_key
            and addressed.channel = permissions.channel
    left join contact_points
        on
            addressed.contact_point_type = contact_points.identifier_type
            and addressed.contact_point = contact_points.value
    left join bound
        on
            addressed.customer_id = bound.customer_id
            and addressed.channel = bound.channel
)

select
    judged.customer_id,
    judged.channel,
    judged.contact_point,
    judged.contact_key,
    judged.is_address_allowed and judged.reason in ('opted in', 'opt-in inferred') as is_allowed,
    judged.reason
from judged
