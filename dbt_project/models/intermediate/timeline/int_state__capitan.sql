-- Grain: one row per membership, reservation and customer, with what Capitan changes untracked.
{{ config(materialized='view') }}

with

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

reservations as (
    select * from {{ ref('stg_capitan__reservations') }}
),

customers as (
    select * from {{ ref('stg_capitan__customers') }}
)

select
    'capitan:membership:' || memberships.membership_instance_id as subject,
    json_object(
        'status', memberships.membership_status,
        'end_date', memberships.end_date,
        'unfreeze_date', memberships.unfreeze_date,
        'is_deleted', memberships.is_deleted
    ) as state
from memberships
union all by name
select
    'capitan:reservation:' || reservations.reservation_id as subject,
    json_object(
        'is_cancelled', reservations.is_cancelled,
        'is_deleted', reservations.is_deleted
    ) as state
from reservations
union all by name
-- Digests, since only a change of address matters and the store holds none.
select
    customers.record_key as subject,
    json_object(
        'has_opted_in', coalesce(customers.has_opted_in_to_marketing, false),
        'has_waiver', coalesce(customers.active_waiver_exists, false),
        'email_key', md5(lower(trim(customers.email))),
        'phone_key', md5(lower(trim(customers.phone)))
    ) as state
from customers
