-- Grain: one row per live Stripe customer, and one per live charge that names no customer.
with

customers as (
    select * from {{ ref('stg_stripe__customers') }}
),

charges as (
    select * from {{ ref('stg_stripe__charges') }}
),

payers as (
    select
        customers.record_key,
        customers.full_name,
        nullif(concat_ws(', ', customers.address_line, customers.postal_code), '')
            as postal_address,
        customers.is_deleted,
        customers.created_at
    from customers
    where customers.is_live
),

guests as (
    select
        'stripe:charge:' || charges.charge_id as record_key,
        charges.billing_name as full_name,
        cast(null as varchar) as postal_address,
        false as is_deleted,
        charges.created_at
    from charges
    where charges.is_live and charges.stripe_customer_id is null
),

-- A charge may name a customer whom the list of customers no longer has.
unlisted as (
    select
        'stripe:customer:' || charges.stripe_customer_id as record_key,
        charges.billing_name as full_name,
        cast(null as varchar) as postal_address,
        true as is_deleted,
        min(charges.created_at) over (partition by charges.stripe_customer_id) as created_at
    from charges
    left join customers
        on charges.stripe_customer_id = customers.stripe_customer_id
    where
        charges.is_live
        and charges.stripe_customer_id is not null
        and customers.stripe_customer_id is null
    qualify row_number() over (
        partition by charges.stripe_customer_id
        order by charges.created_at desc, charges.charge_id
    ) = 1
),

conformed as (
    select *
    from payers
    union all by name
    select *
    from guests
    union all by name
    select *
    from unlisted
)

select
    conformed.record_key,
    'stripe' as source,
    {{ given_part("conformed.full_name") }} as given_name,
    {{ family_part("conformed.full_name") }} as family_name,
    cast(null as date) as birth_date,
    conformed.postal_address,
    conformed.is_deleted,
    conformed.created_at
from conformed
