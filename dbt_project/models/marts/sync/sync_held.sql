-- Grain: one row per destination, account and mark of ours that it has, as the destination says.

with

accounts as (
    select * from {{ ref('sync_accounts') }}
),

shop_customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

lists as (
    select * from {{ ref('stg_klaviyo__lists') }}
),

list_profiles as (
    select * from {{ ref('stg_klaviyo__list_profiles') }}
),

calls as (
    select * from {{ ref('stg_ops__sync_calls') }}
),

tags as (
    select
        shop_customers.shopify_customer_id as account_id,
        trim(unnest(string_split(shop_customers.tags, ','))) as mark
    from shop_customers
),

-- Of a list's people ours are those whom we put on it.
joined as (
    select
        calls.account_id,
        calls.mark
    from calls
    where calls.destination = 'klaviyo' and calls.action = 'join' and calls.outcome = 'done'
    group by calls.account_id, calls.mark
),

carried as (
    select
        'shopify' as destination,
        tags.account_id,
        tags.mark,
        true as is_ours
    from tags
    where starts_with(tags.mark, '{{ var("tag_prefix") }}')
    union all by name
    select
        'klaviyo' as destination,
        list_profiles.profile_id as account_id,
        lists.list_name as mark,
        joined.account_id is not null as is_ours
    from list_profiles
    inner join lists
        on list_profiles.list_id = lists.list_id
    left join joined
        on
            list_profiles.profile_id = joined.account_id
            and lists.list_name = joined.mark
)

select
    carried.destination,
    carried.account_id,
    carried.mark,
    carried.is_ours,
    accounts.customer_id,
    accounts.is_leading,
    accounts.is_open
from carried
inner join accounts
    on
        carried.destination = accounts.destination
        and carried.account_id = accounts.account_id
