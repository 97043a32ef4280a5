-- Grain: one row per spelling of an e-mail ever seen.
with

identifiers as (
    select * from {{ ref('int_identity__identifiers') }}
),

contact_owners as (
    select * from {{ ref('int_identity__contact_owners') }}
),

-- distinct: one spelling on several records is one row; letter case and spaces make no spelling.
spellings as (
    select distinct
        md5(lower(trim(identifiers.value_raw))) as email_key,
        identifiers.value
    from identifiers
    where identifiers.identifier_type = 'email'
)

select
    spellings.email_key,
    contact_owners.owner_customer_id as member_id
from spellings
left join contact_owners
    on
        contact_owners.identifier_type = 'email'
        and spellings.value = contact_owners.value
