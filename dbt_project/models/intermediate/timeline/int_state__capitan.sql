-- Grain: one row per membership and reservation, with what Capitan changes without keeping track.
{{ config(materialized='view') }}

with

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

reservations as (
    select * from {{ ref('stg_capitan__reservations') }}
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
