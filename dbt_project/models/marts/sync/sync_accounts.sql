-- Grain: one row per destination and account there that is not deleted.

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

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

contact_owners as (
    select * from {{ ref('int_identity__contact_owners') }}
),

contact_permissions as (
    select * from {{ ref('contact_permissions') }}
),

-- A profile of Klaviyo's is a mailbox: whoever owns that is reached there.
mailbox_owners as (
    select
        identifiers.record_key,
        min(contact_owners.owner_customer_id) as customer_id
    from identifiers
    inner join contact_owners
        on
            identifiers.identifier_type = contact_owners.identifier_type
            and identifiers.value = contact_owners.value
    where
        starts_with(identifiers.record_key, 'klaviyo:profile:')
        and identifiers.identifier_type = 'email'
        and identifiers.origin = 'own'
    group by identifiers.record_key
),

accounts as (
    select
        'shopify' as destination,
        shop_customers.shopify_customer_id as account_id,
        shop_customers.record_key,
        metafields.metafield_value as our_mark,
        shop_customers.email,
        cast(null as varchar) as phone
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
        profiles.email,
        profiles.phone
    from profiles
    where not profiles.is_deleted
),

-- What is written to an account goes to the address on it, whatever other ones the person has. An
-- address that is younger than the publish is as it is written.
addressed as (
    select
        accounts.destination,
        accounts.account_id,
        max(coalesce(identifiers.value, lower(accounts.email))) as email,
        max(accounts.phone) as phone
    from accounts
    left join identifiers
        on
            accounts.record_key = identifiers.record_key
            and accounts.email = identifiers.value_raw
            and identifiers.identifier_type = 'email'
    group by accounts.destination, accounts.account_id
),

permitted as (
    select
        addressed.destination,
        addressed.account_id,
        addressed.email,
        coalesce(contact_permissions.is_allowed, false) as is_open
    from addressed
    left join contact_permissions
        on
            coalesce(addressed.email, addressed.phone) = contact_permissions.contact_point
            and case when addressed.email is null then 'sms' else 'email' end
            = contact_permissions.channel
),

-- Whose an account is follows from the records; one that is younger than the publish, and that we
-- made, says so itself.
owned as (
    select
        accounts.destination,
        accounts.account_id,
        permitted.email,
        permitted.is_open,
        accounts.our_mark is not null as is_marked,
        coalesce(mailbox_owners.customer_id, members.customer_id, followed.customer_id)
            as customer_id
    from accounts
    inner join permitted
        on
            accounts.destination = permitted.destination
            and accounts.account_id = permitted.account_id
    left join mailbox_owners
        on accounts.record_key = mailbox_owners.record_key
    left join members
        on accounts.record_key = members.record_key
    left join followed
        on accounts.our_mark = followed.former_customer_id
)

select
    owned.destination,
    owned.account_id,
    owned.customer_id,
    owned.is_marked,
    owned.is_open,
    -- Who has several is always reached at the same one: a move would send everything once more.
    owned.customer_id is not null and row_number() over (
        partition by owned.destination, owned.customer_id
        order by
            owned.is_marked desc,
            owned.is_open desc,
            owned.email is distinct from customers.primary_email,
            owned.account_id
    ) = 1 as is_leading
from owned
left join customers
    on owned.customer_id = customers.customer_id
