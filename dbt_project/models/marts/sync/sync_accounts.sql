-- Grain: one row per destination and account there that is not deleted.
{{ config(materialized='view') }}

with

shop_customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

metafields as (
    select * from {{ ref('stg_shopify__customer_metafields') }}
),

profiles as (
    select * from {{ ref('stg_klaviyo__profiles') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

followed as (
    select * from {{ ref('int_identity__followed') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

accounts as (
    select
        'shopify' as destination,
        shop_customers.shopify_customer_id as account_id,
        shop_customers.record_key,
        metafields.metafield_value as our_mark,
        lower(shop_customers.email) as email
    from shop_customers
    left join metafields
        on
            shop_customers.shopify_customer_id = metafields.shopify_customer_id
            and metafields.metafield_namespace = 'basin'
            and metafields.metafield_key = 'customer_id'
    where not shop_customers.is_deleted
    union all by name
    select
        'klaviyo' as destination,
        profiles.profile_id as account_id,
        profiles.record_key,
        {{ json_text("profiles.properties", "$.basin_id") }} as our_mark,
        lower(profiles.email) as email
    from profiles
    where not profiles.is_deleted
),

-- Whose an account is follows from the records; one that is younger than the publish, and that we
-- made, says so itself.
owned as (
    select
        accounts.destination,
        accounts.account_id,
        accounts.email,
        accounts.our_mark is not null as is_marked,
        coalesce(members.customer_id, followed.customer_id) as customer_id
    from accounts
    left join members
        on accounts.record_key = members.record_key
    left join followed
        on
            members.record_key is null
            and accounts.our_mark = followed.former_customer_id
)

select
    owned.destination,
    owned.account_id,
    owned.customer_id,
    owned.is_marked,
    -- Who has several is always reached at the same one: a move would send everything once more.
    owned.customer_id is not null and row_number() over (
        partition by owned.destination, owned.customer_id
        order by
            owned.is_marked desc,
            owned.email is distinct from customers.primary_email,
            owned.account_id
    ) = 1 as is_leading
from owned
left join customers
    on owned.customer_id = customers.customer_id
