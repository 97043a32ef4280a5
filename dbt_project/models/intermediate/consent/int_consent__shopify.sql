-- Grain: one row per web customer or order and channel with an answer about marketing.
{{ config(materialized='view', tags=['on_demand']) }}

with

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

answered as (
    select
        customers.record_key,
        'email' as contact_point_type,
        customers.email as value_raw,
        customers.email_consent_state as source_status,
        customers.email_opt_in_level as opt_in_level,
        customers.email_consent_at as effective_at
    from customers
    union all by name
    select
        customers.record_key,
        'phone' as contact_point_type,
        customers.phone as value_raw,
        customers.sms_consent_state as source_status,
        customers.sms_opt_in_level as opt_in_level,
        customers.sms_consent_at as effective_at
    from customers
)

-- Who ticked a box that nobody confirmed, the customer, the shop beforehand or staff, is not said.
select
    answered.contact_point_type,
    answered.value_raw,
    case answered.contact_point_type when 'email' then 'email' else 'sms' end as channel,
    case answered.source_status when 'subscribed' then 'opted_in' else 'opted_out' end as state,
    case answered.source_status
        when 'subscribed' then coalesce(lower(answered.opt_in_level) = 'confirmed_opt_in', false)
        else answered.source_status <> 'invalid'
    end as is_explicit,
    case
        when answered.source_status = 'invalid' then 'invalid_address'
        when answered.source_status <> 'subscribed' then 'unsubscribe'
        when lower(answered.opt_in_level) = 'confirmed_opt_in' then 'confirmed'
        else 'checkbox'
    end as method,
    'shopify' as source,
    answered.source_status,
    answered.effective_at,
    answered.record_key as proof,
    answered.record_key
from answered
where
    answered.source_status in ('subscribed', 'unsubscribed', 'redacted', 'invalid')
    and answered.value_raw is not null
union all by name
-- The shop ticks the box again for whoever ticked it once: a later order says nothing new.
select
    'email' as contact_point_type,
    orders.email as value_raw,
    'email' as channel,
    'opted_in' as state,
    false as is_explicit,
    'order' as method,
    'shopify' as source,
    'accepts marketing' as source_status,
    orders.created_at as effective_at,
    'shopify:order:' || orders.order_id as proof,
    coalesce(
        'shopify:customer:' || orders.shopify_customer_id, 'shopify:order:' || orders.order_id
    ) as record_key
from orders
where orders.accepts_marketing and not orders.is_test and orders.email is not null
